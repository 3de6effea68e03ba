import Chance
import PostgresClient

/// Trouble inside PostgreSQL: statements that are ended, and rows that somebody holds.
extension Trouble {
    /// Some of those who are at it just now; the harness's own connections are spared.
    func endBackends(_ random: inout SeededRandom) async throws {
        let began = installation.server.logLength
        var victims: [BackendEnd.Victim] = []
        for _ in 0..<random.between(6, 20) {
            let end: BackendEnd = random.below(3) == 0 ? .cancelled : .terminated
            victims += await endSome(end, most: random.between(1, 3), chance: random.next())
            try await sleep(random.between(20, 200))
        }
        // The last ones write their last line.
        try await sleep(300)
        let log = installation.server.complaints(BackendEnd.allCases.map(\.complaint), since: began)
        for (end, count) in BackendEnd.counts(victims, in: log) {
            cover("backends-terminated \(end.rawValue) postgresql", count)
        }
    }

    /// Statements are short: looks some times until there is one to be ended.
    private func endSome(_ end: BackendEnd, most: Int, chance: UInt64) async -> [BackendEnd.Victim] {
        let states = end.states.map { "'\($0)'" }.joined(separator: ", ")
        let sql = """
            select pid
            from (
                select pid
                from pg_stat_activity
                where datname = current_database() and application_name like 'tuesday-%' and state in (\(states))
                order by md5(pid::text || '\(chance)')
                limit \(most)) victims
            where \(end.rawValue)(pid)
            """
        for _ in 0..<20 {
            // A server that does not answer ends nothing.
            let found = try? await installation.pool.withConnection { connection in
                try await connection.query(PostgresStatement(unprepared: sql)).map { try $0.int(0) }
            }
            if let found, !found.isEmpty { return found.map { BackendEnd.Victim(process: $0, end: end) } }
            guard (try? await sleep(10)) != nil else { return [] }
        }
        return []
    }

    /// Rows that workers want are held for a while: it counts when one of them had to wait.
    func lockRows(_ random: inout SeededRandom) async throws {
        // Always in order of key, as everybody locks them.
        let rows = [
            ("lane", "tuesday.lane where log_id = (select max(id) from tuesday.log) or partition < 0 order by id"),
            (
                "request",
                "tuesday.request where id = any(array(select id from tuesday.request order by id desc limit 60)) order by id"
            ),
            ("cadre_load", "register.cadre_load order by cadre_id"),
        ]
        for (name, which) in rows.shuffled(using: &random) {
            let milliseconds = random.between(500, 3_000)
            // What something else breaks was not held.
            let isWaitedFor = try? await installation.pool.transaction { connection in
                let holder = try await connection.query("select pg_backend_pid()")[0].int(0)
                try await connection.query(
                    PostgresStatement(unprepared: "select 1 from \(which) for no key update"))
                return try await isWaited(for: holder, milliseconds: milliseconds)
            }
            if isWaitedFor == true { cover("rows-locked \(name) postgresql") }
        }
    }

    /// Looks until the time is over: whether a worker waits for a lock of this backend.
    private func isWaited(for holder: Int, milliseconds: Int) async throws -> Bool {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        var isWaited = false
        while ContinuousClock.now < deadline {
            if !isWaited {
                isWaited = try await installation.pool.withConnection { connection in
                    try await connection.query(
                        PostgresStatement(
                            unprepared: """
                                select exists (
                                    select from pg_stat_activity
                                    where datname = current_database() and application_name like 'tuesday-%'
                                      and wait_event_type = 'Lock' and \(holder) = any(pg_blocking_pids(pid)))
                                """))[0].bool(0)
                }
            }
            try await sleep(50)
        }
        return isWaited
    }
}
