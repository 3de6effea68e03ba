import PostgresClient
import TestSupport
import Testing

@Suite struct TransactionTests {
    private struct Refused: Error {}

    /// A pool on a database of its own, with the table `t (id int primary key, n int)`.
    private func makeTable(_ connections: Int = 4) async throws -> PostgresPool {
        let conninfo = try await TestPostgres.freshDatabase("transaction")
        var settings = PostgresSettings(conninfo: conninfo, maximumConnections: connections)
        settings.sessionSettings = ["deadlock_timeout": "20ms"]
        let pool = PostgresPool(settings)
        try await pool.withConnection {
            try await $0.execute(
                script: "create table t (id int primary key, n int not null); insert into t values (1, 0), (2, 0);")
        }
        return pool
    }

    private func sum(_ pool: PostgresPool) async throws -> Int {
        try await pool.withConnection { try await $0.query("select sum(n) from t")[0].int(0) }
    }

    @Test func `a transaction commits what its body did and returns its value`() async throws {
        let pool = try await makeTable()
        let value = try await pool.transaction { connection in
            try await connection.query("update t set n = 5 where id = 1").affected
        }
        #expect(value == 1)
        #expect(try await sum(pool) == 5)
        await pool.close()
    }

    @Test func `an error of the body rolls back and is thrown as it is`() async throws {
        let pool = try await makeTable(1)
        await #expect(throws: Refused.self) {
            try await pool.transaction { connection in
                try await connection.query("update t set n = 5")
                throw Refused()
            }
        }
        #expect(try await sum(pool) == 0)
        #expect(pool.statistics.open == 1)
        await pool.close()
    }

    @Test func `the isolation is the one asked for`() async throws {
        let pool = try await makeTable(1)
        let expected: [PostgresIsolation: String] = [
            .readCommitted: "read committed", .repeatableRead: "repeatable read", .serializable: "serializable",
            .snapshot: "repeatable read",
        ]
        for (isolation, name) in expected {
            let found = try await pool.transaction(isolation) {
                try await $0.query("select current_setting('transaction_isolation')")[0].string(0)
            }
            #expect(found == name)
        }
        let failed = await failure { try await pool.transaction(.snapshot) { _ = try await $0.query("update t set n = 1") } }
        #expect(failed?.sqlState == "25006")
        await pool.close()
    }

    @Test func `a body may end its transaction with a commit of its own in a pipeline`() async throws {
        let pool = try await makeTable(1)
        try await pool.transaction { connection in
            try await connection.pipeline([.init("update t set n = $1", [.int32(3)]), .init("commit")])
        }
        #expect(try await sum(pool) == 6)
        await pool.close()
    }

    @Test func `a swallowed failure does not pass for a commit`() async throws {
        let pool = try await makeTable(1)
        let failed = await failure {
            try await pool.transaction { connection in
                try await connection.query("update t set n = 1")
                _ = await failure { try await connection.query("select 1 / 0") }
            }
        }
        #expect(failed?.sqlState == "25P02")
        #expect(try await sum(pool) == 0)
        await pool.close()
    }

    @Test func `savepoints nest`() async throws {
        let pool = try await makeTable(1)
        try await pool.transaction { connection in
            try await connection.savepoint {
                try await connection.query("update t set n = n + 1")
                await #expect(throws: Refused.self) {
                    try await connection.savepoint {
                        try await connection.query("update t set n = n + 100")
                        throw Refused()
                    }
                }
                try await connection.query("update t set n = n + 1")
            }
        }
        #expect(try await sum(pool) == 4)
        await pool.close()
    }

    @Test func `two transactions that deadlock both succeed, one of them at its second attempt`() async throws {
        let pool = try await makeTable(2)
        let attempts = Shared(0)
        let locked = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (first, second) in [(Int32(1), Int32(2)), (2, 1)] {
                group.addTask {
                    try await pool.transaction { connection in
                        attempts.change { $0 += 1 }
                        try await connection.query("update t set n = n + 1 where id = $1", [.int32(first)])
                        locked.change { $0 += 1 }
                        _ = try await eventually { locked.value >= 2 }
                        try await connection.query("update t set n = n + 1 where id = $1", [.int32(second)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await sum(pool) == 4)
        #expect(attempts.value == 3)
        await pool.close()
    }

    @Test func `serializable transactions that conflict are run again until all have counted`() async throws {
        let pool = try await makeTable(4)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    try await pool.transaction(.serializable, retry: .serialization(attempts: 50)) { connection in
                        let n = try await connection.query("select n from t where id = 1")[0].int32(0)
                        try await connection.query("update t set n = $1 where id = 1", [.int32(n + 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await sum(pool) == 12)
        await pool.close()
    }

    @Test func `without retry a conflict is thrown`() async throws {
        let pool = try await makeTable(2)
        let failed = await failure {
            try await pool.transaction(.repeatableRead, retry: .never) { connection in
                try await connection.query("select * from t")
                try await pool.withConnection { _ = try await $0.query("update t set n = 1 where id = 1") }
                try await connection.query("update t set n = 2 where id = 1")
            }
        }
        #expect(failed?.kind == .serialization)
        await pool.close()
    }
}
