import Chance
import PostgresClient

/// Trouble inside PostgreSQL: statements that are ended, and rows that somebody holds.
extension Trouble {
    /// Every so-manieth statement of each worker is cancelled, or its backend ended; the harness's own connections are spared.
    func endBackends(_ random: inout SeededRandom) async throws {
        let began = installation.server.logLength
        let proxies = installation.slots.map(\.proxy)
        let before = proxies.map(\.victims.count)
        for _ in 0..<random.between(3, 6) {
            for proxy in proxies {
                let end = BackendEnd.allCases[random.below(2)]
                // Many a statement is over before it is cancelled.
                proxy.end(end, every: end == .cancelled ? random.between(3, 40) : random.between(10, 150))
            }
            try await sleep(random.between(300, 1_200))
        }
        for proxy in proxies { proxy.end(nil) }
        // The last ones write their last line.
        try await sleep(300)
        let victims = zip(proxies, before).flatMap { $0.victims.dropFirst($1) }
        let log = installation.server.complaints(BackendEnd.allCases.map(\.complaint), since: began)
        for (end, count) in BackendEnd.counts(victims, in: log) {
            cover("backends-terminated \(end.rawValue) postgresql", count)
        }
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
