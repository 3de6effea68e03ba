import KafkaClient
import PostgresClient

/// Whether everything that a run put in is in every table and in the statistics, once. A run whose books do not
/// balance is no result.
///
/// The run's own rows are told by their ids, which sort by the time of acceptance: what was there before does not
/// matter, and costs little.
struct BenchBooks: Sendable {
    /// What the closed books say.
    struct Balance: Sendable {
        var requests = 0
        /// Requests whose first outcome was an owner, or that got one later.
        var assigned = 0
        /// Requests that are resolved.
        var resolved = 0
        var events = 0

        var assignedShare: Double { Double(assigned) / Double(max(1, requests)) }
    }

    /// What one of the two roll-ups has counted.
    private struct Totals: Sendable {
        let table: String
        let received: Int64
        let assigned: Int64
    }

    private let pool: PostgresPool
    private let admin: KafkaAdmin
    /// No request of the run has a smaller id, and none of before a greater one.
    let first: UInt128
    private let before: [Totals]

    /// To be called when nothing is under way, before the run.
    static func open(_ pool: PostgresPool, _ admin: KafkaAdmin) async throws -> BenchBooks {
        let now = try await pool.withConnection { connection in
            try await connection.query("select clock_timestamp()")[0].timestamp(0)
        }
        return BenchBooks(
            pool: pool, admin: admin, first: UInt128(UInt64(now / 1_000)) << 80, before: try await totals(pool))
    }

    /// Waits until everything is done, and throws unless there are exactly so many requests with all that belongs to
    /// them.
    ///
    /// - Parameter isRouted: false where intake runs alone, and nothing is to be routed, followed or counted.
    func close(
        expecting requests: Int, isRouted: Bool = true, within limit: Duration = .seconds(120)
    ) async throws -> Balance {
        let deadline = ContinuousClock.now + limit
        while true {
            let undone = try await undone(isRouted: isRouted)
            if undone.isEmpty { break }
            guard ContinuousClock.now < deadline else {
                throw CommandFailure(
                    "the run does not balance: after \(limit.components.seconds) s there are \(undone.joined(separator: ", "))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let row = try await pool.withConnection { try await $0.query(Self.counts, [.uuid(first)]) }[0]
        var names = ["requests", "submissions", "idempotency keys", "requests counted to their last event"]
        if !isRouted { names.removeLast() }
        for (column, name) in names.enumerated() where try row.int(column) != requests {
            throw CommandFailure("the run does not balance: \(requests) expected, and \(try row.int(column)) \(name)")
        }
        let (events, numbered) = (try row.int(4), try row.int(5))
        guard events == numbered else {
            throw CommandFailure("the run does not balance: \(events) events where the requests say \(numbered)")
        }
        let assigned = try row.int(6)
        let resolved = try row.int(7)
        guard isRouted else { return Balance(requests: requests, events: events) }
        let after = try await Self.totals(pool)
        for (was, now) in zip(before, after) {
            let (received, given) = (now.received - was.received, now.assigned - was.assigned)
            guard received == Int64(requests), given == Int64(assigned) else {
                throw CommandFailure(
                    "the run does not balance: \(was.table) counted \(received) received and \(given) assigned "
                        + "of \(requests) and \(assigned)")
            }
        }
        return Balance(requests: requests, assigned: assigned, resolved: resolved, events: events)
    }

    /// What still has to happen; empty when the run is over.
    private func undone(isRouted: Bool) async throws -> [String] {
        let row = try await pool.withConnection { try await $0.query(Self.open, [.uuid(first)]) }[0]
        let names = [
            "lanes with unpublished messages", "requests the router has not decided on",
            "requests not fully counted in the statistics", "open requests without a deadline to resolve",
            "assigned requests without a deadline to acknowledge",
        ]
        var undone: [String] = []
        for (column, name) in names.prefix(isRouted ? names.count : 1).enumerated() {
            let count = try row.int(column)
            if count > 0 { undone.append("\(count) \(name)") }
        }
        if undone.isEmpty, isRouted {
            let lag = try await DayFacts(pool: pool, morning: 0).lag(admin)
            if lag > 0 { undone.append("\(lag) records not read") }
        }
        return undone
    }

    private static let open: PostgresStatement = """
        select (select count(*)
                from tuesday.lane l
                -- What an import of the register left is none of a run's.
                where l.published_through < l.lane_seq and l.consumer_group <> 'tuesday/register'),
            count(*) filter (where r.state = 1 and r.waiting_reason = 1),
            count(*) filter (where f.last_seq is distinct from r.last_seq),
            count(*) filter (where r.state <= 4 and p.request_id is null),
            count(*) filter (where r.state = 2 and a.request_id is null)
        from tuesday.request r
        left join tuesday.statistic_fold f on f.request_id = r.id
        left join tuesday.deadline p on p.request_id = r.id and p.kind = 2 and p.epoch = r.timer_epoch
        left join tuesday.deadline a on a.request_id = r.id and a.kind = 1 and a.epoch = r.assignment
        where r.id >= $1
        """

    private static let counts: PostgresStatement = """
        select (select count(*) from tuesday.request r where r.id >= $1),
            (select count(*) from personal.submission s where s.request_id >= $1),
            (select count(*) from tuesday.idempotency_key k where k.request_id >= $1),
            (select count(*)
                from tuesday.statistic_fold f
                join tuesday.request r on r.id = f.request_id and r.last_seq = f.last_seq
                where f.request_id >= $1),
            (select count(*) from tuesday.event e where e.request_id >= $1),
            (select coalesce(sum(r.last_seq), 0)::bigint from tuesday.request r where r.id >= $1),
            (select count(*) from tuesday.assignment a where a.request_id >= $1 and a.number = 1),
            (select count(*) from tuesday.request r where r.id >= $1 and r.state = 5)
        """

    private static func totals(_ pool: PostgresPool) async throws -> [Totals] {
        let rows = try await pool.withConnection { connection in
            try await connection.query(
                """
                select 'statistic_village_hour', coalesce(sum(received), 0)::bigint, coalesce(sum(assigned), 0)::bigint
                from tuesday.statistic_village_hour
                union all
                select 'statistic_service_hour', coalesce(sum(received), 0)::bigint, coalesce(sum(assigned), 0)::bigint
                from tuesday.statistic_service_hour
                order by 1
                """)
        }
        return try rows.map {
            Totals(table: try $0.string(0), received: try $0.int64(1), assigned: try $0.int64(2))
        }
    }
}
