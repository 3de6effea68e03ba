import PostgresClient

/// A table in which requests leave rows, and its empty twin for the floor.
struct LeftTable: Sendable {
    let schema: String
    let name: String
    /// The column that says whose row it is; nil for roll-ups, which are nobody's alone.
    let requestColumn: String?

    /// Everything that grows with requests. Lanes and cadres' loads are a few rows that are updated, and are left out.
    static let all = [
        LeftTable(schema: "tuesday", name: "idempotency_key", requestColumn: "request_id"),
        LeftTable(schema: "tuesday", name: "request", requestColumn: "id"),
        LeftTable(schema: "personal", name: "submission", requestColumn: "request_id"),
        LeftTable(schema: "tuesday", name: "event", requestColumn: "request_id"),
        LeftTable(schema: "tuesday", name: "assignment", requestColumn: "request_id"),
        LeftTable(schema: "tuesday", name: "deadline", requestColumn: "request_id"),
        LeftTable(schema: "tuesday", name: "notification", requestColumn: "request_id"),
        LeftTable(schema: "tuesday", name: "statistic_fold", requestColumn: "request_id"),
        LeftTable(schema: "tuesday", name: "statistic_village_hour", requestColumn: nil),
        LeftTable(schema: "tuesday", name: "statistic_service_hour", requestColumn: nil),
    ]

    static let floorSchema = "bench_floor"

    var source: String { "\(schema).\(name)" }
    var twin: String { "\(Self.floorSchema).\(name)" }

    /// Its columns in order, and of the primary key alone.
    struct Shape: Sendable {
        var columns: [String] = []
        /// Each as the bytes binary COPY takes.
        var sent: [String] = []
        var primaryKey: [String] = []
    }

    func shape(_ connection: PostgresConnection) async throws -> Shape {
        let rows = try await connection.query(
            """
            select quote_ident(a.attname), format('%s(t.%I)', y.typsend::regproc, a.attname),
                coalesce(a.attnum = any(i.indkey), false)
            from pg_attribute a
            join pg_type y on y.oid = a.atttypid
            left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
            where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped
            order by a.attnum
            """, [.text(source)])
        var shape = Shape()
        for row in rows {
            shape.columns.append(try row.string(0))
            shape.sent.append(try row.string(1))
            if try row.bool(2) { shape.primaryKey.append(try row.string(0)) }
        }
        return shape
    }

    /// An empty table with the same columns, constraints, indexes and storage options.
    func createTwin(_ connection: PostgresConnection) async throws {
        let options = try await connection.query(
            "select coalesce(array_to_string(c.reloptions, ', '), '') from pg_class c where c.oid = $1::text::regclass",
            [.text(source)])[0].string(0)
        var script = "create table \(twin) (like \(source) including all);"
        if !options.isEmpty { script += "alter table \(twin) set (\(options));" }
        try await connection.execute(script: script)
    }
}
