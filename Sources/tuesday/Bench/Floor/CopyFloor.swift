import PostgresClient

/// COPY of given rows into empty tables, batch after batch, each a transaction: about as fast as PostgreSQL can take
/// them on this machine.
struct CopyFloor: Sendable {
    let pool: PostgresPool
    let rows: LeftRows

    /// Empties the tables; what the last run left would make their indexes larger.
    func prepare() async throws {
        let tables = LeftTable.all.map(\.twin).joined(separator: ", ")
        try await pool.withConnection { try await $0.execute(script: "truncate \(tables)") }
    }

    /// Copies everything over so many connections, and checks that everything is there.
    func run(connections: Int) async throws -> Double {
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for first in 0..<connections {
                group.addTask { [pool, rows] in
                    for index in stride(from: first, to: rows.batches.count, by: connections) {
                        try await pool.transaction { connection in
                            for (target, buffer) in rows.batches[index].buffers {
                                try await connection.copy(into: target, buffer)
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        try await check()
        return seconds
    }

    private func check() async throws {
        let counts = LeftTable.all.map { "(select count(*) from \($0.twin))" }.joined(separator: " + ")
        let count = try await pool.withConnection { connection in
            try await connection.query(PostgresStatement(unprepared: "select \(counts)"))[0].int(0)
        }
        guard count == rows.rowCount else {
            throw CommandFailure("no result: \(count) rows were copied of \(rows.rowCount)")
        }
    }
}
