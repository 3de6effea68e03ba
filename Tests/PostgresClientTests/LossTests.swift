import PostgresClient
import TestSupport
import Testing

/// A connection lost at the worst moment: the server has committed and nobody heard.
@Suite struct LossTests {
    /// A pool that goes through a proxy, one that does not, and the proxy.
    private func makePools() async throws -> (PostgresPool, PostgresPool, Proxy) {
        let conninfo = try await TestPostgres.freshDatabase("loss")
        let direct = PostgresPool(PostgresSettings(conninfo: conninfo, maximumConnections: 1))
        let row = try await direct.withConnection { connection in
            try await connection.execute(script: "create table t (n int)")
            return try await connection.query(
                "select current_setting('unix_socket_directories'), current_setting('port'), current_user::text, current_database()")[0]
        }
        let directory = try row.string(0).split(separator: ",")[0]
        let proxy = try Proxy(upstream: "\(directory)/.s.PGSQL.\(try row.string(1))")
        let proxied = PostgresSettings(
            conninfo: "\(proxy.conninfo) user=\(try row.string(2)) dbname=\(try row.string(3))", maximumConnections: 1)
        return (PostgresPool(proxied), direct, proxy)
    }

    private func count(_ pool: PostgresPool) async throws -> Int {
        try await pool.withConnection { try await $0.query("select count(*) from t")[0].int(0) }
    }

    @Test func `a lost answer to a transaction's commit is ambiguous and not retried`() async throws {
        let (pool, direct, proxy) = try await makePools()
        proxy.dropAnswer(to: "\0commit")
        let failed = await failure {
            try await pool.transaction { _ = try await $0.query("insert into t values (1)") }
        }
        #expect(failed?.kind == .ambiguousCommit)
        #expect(failed?.isRetriable == false)
        #expect(try await count(direct) == 1)
        await pool.close()
        await direct.close()
    }

    @Test func `a lost answer to a commit inside a pipeline is ambiguous and names it`() async throws {
        let (pool, direct, proxy) = try await makePools()
        proxy.dropAnswer(to: "\0commit")
        let failed = await failure {
            try await pool.withConnection {
                _ = try await $0.pipeline([.init("begin"), .init("insert into t values (1)"), .init("commit")])
            }
        }
        #expect(failed?.kind == .ambiguousCommit)
        #expect(failed?.statementIndex == 2)
        #expect(try await count(direct) == 1)
        await pool.close()
        await direct.close()
    }

    @Test func `a lost answer to anything else is unavailable`() async throws {
        let (pool, direct, proxy) = try await makePools()
        proxy.dropAnswer(to: "insert into t")
        let failed = await failure {
            try await pool.transaction { _ = try await $0.query("insert into t values (1)") }
        }
        #expect(failed?.kind == .unavailable)
        #expect(try await count(direct) == 0)
        await pool.close()
        await direct.close()
    }

    @Test func `a lost copy is unavailable and leaves nothing`() async throws {
        let (pool, direct, proxy) = try await makePools()
        proxy.dropAnswer(to: "PGCOPY")
        var rows = PostgresCopyBuffer(columns: 1)
        for number in 0..<Int32(200_000) {
            rows.beginRow()
            rows.append(int32: number)
        }
        let failed = await failure { try await pool.transaction { _ = try await $0.copy(into: "t", rows) } }
        #expect(failed?.kind == .unavailable)
        #expect(try await count(direct) == 0)
        await pool.close()
        await direct.close()
    }

    @Test func `a commit cancelled while it is unanswered is ambiguous, not cancelled`() async throws {
        let (pool, direct, _) = try await makePools()
        try await direct.withConnection {
            try await $0.execute(
                script: """
                    create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(600); return null; end $$;
                    create constraint trigger slow after insert on t deferrable initially deferred for each row execute function slow();
                    """)
        }
        let task = Task {
            try await pool.withConnection {
                _ = try await $0.pipeline([.init("begin"), .init("insert into t values (1)"), .init("commit")])
            }
        }
        let commits = try await eventually {
            try await direct.withConnection {
                try await $0.query("select 1 from pg_stat_activity where query = 'commit' and wait_event = 'PgSleep' and datname = current_database()")
                    .count == 1
            }
        }
        #expect(commits)
        task.cancel()
        let failed = await failure { try await task.value }
        #expect(failed?.kind == .ambiguousCommit)
        let ended = try await eventually {
            try await direct.withConnection {
                try await $0.query("select 1 from pg_stat_activity where query = 'commit' and wait_event = 'PgSleep' and datname = current_database()")
                    .count == 0
            }
        }
        #expect(ended)
        await pool.close()
        await direct.close()
    }
}
