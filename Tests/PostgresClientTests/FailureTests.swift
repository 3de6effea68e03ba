import PostgresClient
import Testing

@Suite struct FailureTests {
    @Test func `SQLSTATEs become kinds a caller can act on`() async throws {
        let expected: [(String, PostgresFailure.Kind)] = [
            ("40001", .serialization), ("40P01", .deadlock), ("23505", .uniqueViolation), ("23514", .constraint),
            ("23502", .constraint), ("55P03", .lockTimeout), ("57014", .statementTimeout), ("08006", .unavailable),
            ("53300", .unavailable), ("57P03", .unavailable), ("42501", .syntaxOrAccess), ("08007", .ambiguousCommit),
            ("22012", .other), ("P0001", .other),
        ]
        try await withConnection { connection in
            for (state, kind) in expected {
                let raise = "do $$ begin raise exception 'told to' using errcode = '\(state)'; end $$"
                let failed = await failure { try await connection.query(PostgresStatement(unprepared: raise)) }
                #expect(failed?.kind == kind, "\(state)")
                #expect(failed?.sqlState == state)
            }
        }
    }

    @Test func `only what may succeed afresh is retriable`() {
        let retriable: [PostgresFailure.Kind] = [.unavailable, .serialization, .deadlock, .lockTimeout]
        for kind in retriable { #expect(PostgresFailure(kind, "").isRetriable) }
        for kind in [PostgresFailure.Kind.ambiguousCommit, .uniqueViolation, .decode, .other] {
            #expect(!PostgresFailure(kind, "").isRetriable)
        }
    }

    @Test func `a check constraint is named`() async throws {
        try await withConnection { connection in
            try await connection.execute(
                script: "create temporary table k (n int constraint n_is_positive check (n > 0))")
            let failed = await failure { try await connection.query("insert into k values ($1)", [.int32(-77)]) }
            #expect(failed?.kind == .constraint)
            #expect(failed?.constraint == "n_is_positive")
        }
    }

    @Test func `a description holds no row data, and the reflection all of it`() async throws {
        try await withConnection { connection in
            try await connection.execute(script: "create temporary table p (phone text primary key)")
            try await connection.query("insert into p values ('555-0199')")
            let unique = await failure { try await connection.query("insert into p values ($1)", [.text("555-0199")]) }
            let cast = await failure { try await connection.query("select $1::text::integer", [.text("555-0199")]) }
            for failed in [unique!, cast!] {
                #expect(!"\(failed)".contains("0199"))
                #expect(!failed.message.contains("0199"))
                #expect(String(reflecting: failed).contains("0199"))
            }
        }
    }

    @Test func `a statement past its time on the server is a timeout, and the connection goes on`() async throws {
        let pool = try await makePool(1) { $0.statementTimeout = .milliseconds(50) }
        try await pool.withConnection { connection in
            let failed = await failure { try await connection.query("select pg_sleep(30)") }
            #expect(failed?.kind == .statementTimeout)
            let one = try await connection.query("select 1")[0].int(0)
            #expect(one == 1)
        }
        await pool.close()
    }

    @Test func `a call past its own deadline closes the connection and ends the statement`() async throws {
        let pool = try await makePool(2)
        let pid = try await pool.withConnection { connection in
            let failed = await failure { try await connection.query("select pg_sleep(60)", deadline: .milliseconds(50)) }
            #expect(failed?.kind == .statementTimeout)
            let next = await failure { try await connection.query("select 1") }
            #expect(next?.kind == .statementTimeout)
            return connection.backendPID
        }
        let isGone = try await eventually {
            try await pool.withConnection {
                try await $0.query("select 1 from pg_stat_activity where pid = $1", [.int32(pid)]).count == 0
            }
        }
        #expect(isGone)
        await pool.close()
    }

    @Test(.timeLimit(.minutes(1)))
    func `a deadline that is over before the call has begun ends it all the same`() async throws {
        let pool = try await makePool(1)
        for _ in 0..<50 {
            try await pool.withConnection { connection in
                let failed = await failure { try await connection.query("select pg_sleep(600)", deadline: .zero) }
                #expect(failed?.kind == .statementTimeout)
            }
        }
        await pool.close()
    }

    @Test func `no server is unavailable, with the reason`() async throws {
        let pool = PostgresPool(PostgresSettings(conninfo: "host=/nonexistent"))
        let failed = await failure { _ = try await pool.withConnection { try await $0.query("select 1") } }
        #expect(failed?.kind == .unavailable)
        #expect(failed?.message.contains("/nonexistent") == true)
        #expect(pool.statistics.open == 0)
        await pool.close()
    }

    @Test func `a server that accepts and stays silent is unavailable after the connect timeout`() async throws {
        let proxy = try Proxy(upstream: nil)
        let pool = PostgresPool({
            var settings = PostgresSettings(conninfo: proxy.conninfo + " user=postgres")
            settings.connectTimeout = .milliseconds(100)
            return settings
        }())
        let failed = await failure { _ = try await pool.withConnection { try await $0.query("select 1") } }
        #expect(failed?.kind == .unavailable)
        await pool.close()
    }
}
