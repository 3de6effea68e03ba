import Domain
import PostgresClient
import Testing
import Workflow

@testable import Store

/// Every statement the module sends, explained against large tables.
struct StatementTests {
    @Test func `No statement but the named exceptions reads a hot table from end to end`() async throws {
        try await withLargeTables { pool in
            let plans = try await plans(of: pool)
            #expect(plans.count >= 120, "only \(plans.count) statements were prepared")
            let excepted = Set(ScanException.all.flatMap(\.calls).map(\.statement.sql))
            for (sql, plan) in plans where !excepted.contains(sql) { expectNoScan(sql, plan) }
            for call in Self.unprepared { expectNoScan(call.statement.sql, try await plan(of: call, on: pool)) }
            for exception in ScanException.all {
                var scans = 0
                for call in exception.calls { scans += Self.scanned(in: try await plan(of: call, on: pool)).count }
                #expect(scans > 0, "\(exception.name) reads no hot table from end to end: it is no exception any more")
            }
            // An index read from end to end is no scan by name.
            let overdue = try await plan(of: PostgresCall(MeasurementReader.overdue, [.text("g")]), on: pool)
            #expect(overdue.contains("Index Cond: (next_at <="), "\(overdue)")
        }
    }

    /// What is sent as text, with what it is usually asked.
    private static let unprepared =
        ReportLevel.allCases.map {
            PostgresCall(ReportReader.ofDay($0), [.date(daysSince1970: 12_000)])
        } + [
            DeadLetterReader.matching(.init(), limit: 100),
            DeadLetterReader.matching(.init(group: "tuesday-router", topic: "a", reason: "c"), limit: 100),
            DeadLetterReader.places(.init(), after: nil, limit: 100),
            DeadLetterReader.places(
                .init(group: "tuesday-router"), after: .init(id: DeadLetterID(lane: 1, laneSeq: 1), at: 1), limit: 100),
        ]

    private func withLargeTables(_ body: (PostgresPool) async throws -> Void) async throws {
        try await StoreCounty.with { county in
            // One connection, so that it holds every statement.
            var settings = PostgresSettings(conninfo: county.conninfo, maximumConnections: 1)
            settings.sessionSettings = ["plan_cache_mode": "force_generic_plan"]
            let pool = PostgresPool(settings)
            let single = StoreCounty(
                conninfo: county.conninfo, pool: pool, registers: RegisterCache(source: RegisterReading(pool: pool)),
                log: county.log)
            try await exercise(single)
            try await county.run(LargeTables.fill)
            try await county.run("vacuum analyze")
            try await body(pool)
            await pool.close()
        }
    }

    private func expectNoScan(_ sql: String, _ plan: String) {
        for table in Self.scanned(in: plan) { Issue.record("reads all of \(table):\n\(sql)\n\(plan)") }
    }

    private static func scanned(in plan: String) -> [String] {
        LargeTables.hot.filter { plan.contains("Seq Scan on \($0) ") }
    }

    private func plan(of call: PostgresCall, on pool: PostgresPool) async throws -> String {
        try await pool.withConnection { connection in
            try await connection.query(
                PostgresStatement(unprepared: "explain \(call.statement.sql)"), call.parameters
            ).map { try $0.string(0) }.joined(separator: "\n")
        }
    }

    private func plans(of pool: PostgresPool) async throws -> [(sql: String, plan: String)] {
        try await pool.withConnection { connection in
            let prepared = try await connection.query(
                PostgresStatement(
                    unprepared: """
                        select name, statement, array(select t::text from unnest(parameter_types) t)
                        from pg_prepared_statements
                        where statement ~* '^\\s*(select|insert|update|delete|with)'
                        """))
            var plans: [(sql: String, plan: String)] = []
            for row in prepared {
                let types = try row.strings(2)
                let nulls = types.isEmpty ? "" : "(\(types.map { "null::\($0)" }.joined(separator: ", ")))"
                let lines = try await connection.query(
                    PostgresStatement(unprepared: "explain execute \"\(try row.string(0))\"\(nulls)"))
                plans.append((try row.string(1), try lines.map { try $0.string(0) }.joined(separator: "\n")))
            }
            return plans
        }
    }
}
