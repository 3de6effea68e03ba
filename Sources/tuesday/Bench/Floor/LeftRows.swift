import PostgresClient

/// The rows that requests left, read back from the database and kept as what binary COPY takes.
///
/// A batch holds all rows of the same requests, in each table in the order of its primary key, as the workers write
/// them.
struct LeftRows: Sendable {
    struct Batch: Sendable {
        /// One for each table that has rows in it.
        var buffers: [(target: String, rows: PostgresCopyBuffer)] = []
        var requestCount = 0
    }

    let batches: [Batch]

    var requestCount: Int { batches.reduce(0) { $0 + $1.requestCount } }
    var rowCount: Int { batches.reduce(0) { $0 + $1.buffers.reduce(0) { $0 + $1.rows.rowCount } } }
    var byteCount: Int { batches.reduce(0) { $0 + $1.buffers.reduce(0) { $0 + $1.rows.byteCount } } }

    /// Makes the empty twins and reads the rows of the last requests accepted.
    ///
    /// - Parameter batchSize: requests in a batch, and later in a transaction.
    static func read(_ pool: PostgresPool, requests: Int, batchSize: Int) async throws -> LeftRows {
        try await pool.transaction { connection in
            try await connection.execute(script: "create schema \(LeftTable.floorSchema)")
            try await connection.query(
                PostgresStatement(
                    unprepared: """
                        create table \(LeftTable.floorSchema).batch as
                        select r.id as request_id, ((row_number() over (order by r.id) - 1) / \(batchSize))::int as batch
                        from (select id from tuesday.request order by id desc limit \(requests)) r
                        """))
            try await connection.execute(script: "analyze \(LeftTable.floorSchema).batch")
            let sizes = try await connection.query(
                PostgresStatement(
                    unprepared: "select batch, count(*) from \(LeftTable.floorSchema).batch group by 1 order by 1"))
            var batches = try sizes.map { Batch(requestCount: try $0.int(1)) }
            for table in LeftTable.all {
                try await table.createTwin(connection)
                try await read(table, into: &batches, connection)
            }
            return LeftRows(batches: batches)
        }
    }

    private static func read(
        _ table: LeftTable, into batches: inout [Batch], _ connection: PostgresConnection
    ) async throws {
        let shape = try await table.shape(connection)
        let key = shape.primaryKey.map { "t.\($0)" }.joined(separator: ", ")
        // Roll-ups are dealt out to all batches in turn.
        let batch = table.requestColumn == nil ? "(row_number() over (order by \(key)) % \(batches.count))::int" : "b.batch"
        let batchTable = "\(LeftTable.floorSchema).batch"
        let mine =
            table.requestColumn.map { "join \(batchTable) b on b.request_id = t.\($0)" }
            ?? """
            where t.hour >= (
                select date_trunc('hour', min(r.accepted_at))
                from tuesday.request r
                join \(batchTable) b on b.request_id = r.id)
            """
        try await connection.query(
            PostgresStatement(
                unprepared: """
                    declare left_rows no scroll cursor for
                    select \(batch) as place, \(shape.sent.joined(separator: ", "))
                    from \(table.source) t
                    \(mine)
                    order by place, \(key)
                    """))
        let target = "\(table.twin) (\(shape.columns.joined(separator: ", ")))"
        var open: (place: Int, rows: PostgresCopyBuffer)?
        func close() {
            if let open { batches[open.place].buffers.append((target, open.rows)) }
        }
        while true {
            let rows = try await connection.query("fetch 5000 from left_rows")
            for row in rows {
                let place = try row.int(0)
                if open?.place != place {
                    close()
                    open = (place, PostgresCopyBuffer(columns: shape.columns.count))
                }
                open?.rows.beginRow()
                for column in 1...shape.columns.count { open?.rows.append(binary: try row.optionalBytes(column)) }
            }
            if rows.count < 5_000 { break }
        }
        close()
        try await connection.query("close left_rows")
    }
}
