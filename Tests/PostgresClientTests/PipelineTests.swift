import PostgresClient
import Testing

@Suite struct PipelineTests {
    @Test func `a statement is prepared once per connection and types`() async throws {
        try await withConnection { connection in
            for number in 0..<5 { try await connection.query("select $1 + 1 as prepared_once", [.int32(Int32(number))]) }
            try await connection.query("select $1 + 1 as prepared_once", [.int64(1)])
            let names = try await connection.query(
                "select parameter_types::text from pg_prepared_statements where statement like '%prepared_once' order by 1")
            #expect(try names.map { try $0.string(0) } == ["{bigint}", "{integer}"])
        }
    }

    @Test func `an unprepared statement leaves nothing behind`() async throws {
        try await withConnection { connection in
            #expect(try await connection.query(PostgresStatement(unprepared: "select 41 + $1"), [.int32(1)])[0].int(0) == 42)
            let left = try await connection.query("select count(*) from pg_prepared_statements where statement like '%41%'")
            #expect(try left[0].int(0) <= 1)
        }
    }

    @Test func `a thousand statements return in order`() async throws {
        try await withConnection { connection in
            let results = try await connection.pipeline(
                (0..<1000).map { PostgresCall("select $1", [.int64(Int64($0))]) })
            #expect(try results.map { try $0[0].int64(0) } == (0..<1000).map { Int64($0) })
        }
    }

    @Test func `a failure names its place, skips the rest, and leaves the connection in order`() async throws {
        try await withConnection { connection in
            try await connection.execute(script: "create temporary table t (n integer primary key)")
            let insert = { PostgresCall("insert into t values ($1)", [.int32($0)]) }
            let failed = await failure { try await connection.pipeline([insert(1), insert(2), insert(1), insert(3)]) }
            #expect(failed?.statementIndex == 2)
            #expect(failed?.kind == .uniqueViolation)
            #expect(failed?.constraint == "t_pkey")
            #expect(try await connection.query("select count(*) from t")[0].int(0) == 0)
        }
    }

    @Test func `a statement that cannot be prepared names its place and is prepared again later`() async throws {
        try await withConnection { connection in
            let calls: [PostgresCall] = [.init("select 1"), .init("select * from later"), .init("select 2")]
            let failed = await failure { try await connection.pipeline(calls) }
            #expect(failed?.statementIndex == 1)
            #expect(failed?.sqlState == "42P01")
            #expect(failed?.kind == .syntaxOrAccess)
            try await connection.execute(script: "create temporary table later as select 7 as n")
            let results = try await connection.pipeline(calls)
            #expect(try results[1][0].int(0) == 7)
        }
    }

    @Test func `many megabytes both ways at once do not block each other`() async throws {
        try await withConnection { connection in
            let large = [UInt8](repeating: 0xAB, count: 400_000)
            let results = try await connection.pipeline(
                (0..<50).map { _ in PostgresCall("select $1 || $1", [.bytes(large)]) }, deadline: .seconds(60))
            #expect(results.count == 50)
            for result in results { #expect(try result[0].bytes(0).count == 800_000) }
        }
    }

    @Test func `calls that would be skipped after a failure are not all sent`() async throws {
        try await withConnection { connection in
            let large = [UInt8](repeating: 1, count: 1_000_000)
            var calls = [PostgresCall(PostgresStatement(unprepared: "select 1 / $1"), [.int32(0)])]
            calls += (0..<40).map { _ in PostgresCall("select length($1)", [.bytes(large)]) }
            let failed = await failure { try await connection.pipeline(calls, deadline: .seconds(60)) }
            #expect(failed?.sqlState == "22012")
            #expect(failed?.statementIndex == 0)
            let one = try await connection.query("select 1")[0].int(0)
            #expect(one == 1)
        }
    }

    @Test func `a commit after a failed statement is reported as a failure`() async throws {
        try await withConnection { connection in
            try await connection.query("begin")
            _ = await failure { try await connection.query("select 1 / 0") }
            let failed = await failure { try await connection.pipeline([.init("commit")]) }
            #expect(failed?.sqlState == "25P02")
        }
    }

    @Test func `a script runs many statements and says where it failed`() async throws {
        try await withConnection { connection in
            let failed = await failure {
                try await connection.execute(script: "create temporary table s (n int);\ninsert into s values (1);\nselect nope;")
            }
            #expect(failed?.message.contains("at character 68") == true, "\(failed!)")
            let tables = try await connection.query("select to_regclass('pg_temp.s') is null")
            #expect(try tables[0].bool(0))
        }
    }

    @Test func `a pipeline of no calls is answered at once`() async throws {
        #expect(try await withConnection { try await $0.pipeline([]).count } == 0)
    }
}
