import Contracts
import KafkaClient
import PostgresClient

/// What PostgreSQL and Kafka say about a day that began at `morning`.
struct DayFacts: Sendable {
    let pool: PostgresPool
    /// Microseconds since 1970 of the county's clock; everything of the day is at or after it.
    let morning: Int64

    /// Requests the router has yet to decide on, and deadlines that are due and have not fired.
    func undone() async throws -> (undecided: Int, due: Int) {
        try await pool.withConnection { connection in
            let rows = try await connection.query(
                """
                select (select count(*) from tuesday.request where state = 1 and waiting_reason = 1),
                    (select count(*) from tuesday.deadline where next_at <= clock.now())
                """)
            return (try rows[0].int(0), try rows[0].int(1))
        }
    }

    /// What still has to happen, in words; empty when the day is over.
    func unfinished(_ admin: KafkaAdmin) async throws -> [String] {
        let rows = try await pool.withConnection { try await $0.query(Self.open) }
        let names = [
            "requests the router has not decided on", "deadlines due that have not fired",
            "requests not fully counted in the statistics", "open requests without a deadline to resolve",
            "assigned requests without a deadline to acknowledge", "lanes with unpublished messages",
        ]
        var sentences: [String] = []
        for (index, name) in names.enumerated() {
            let count = try rows[0].int(index)
            if count > 0 { sentences.append("\(count) \(name)") }
        }
        let lag = try await lag(admin)
        if lag > 0 { sentences.append("\(lag) records not read") }
        return sentences
    }

    func lag(_ admin: KafkaAdmin) async throws -> Int {
        var sum: Int64 = 0
        for group in ConsumerGroup.allCases {
            let offsets = try await admin.groupLag(group: group.rawValue, topics: [group.topic.rawValue])
            sum += offsets.values.reduce(0) { $0 + $1.lag }
        }
        return Int(sum)
    }

    func fill(_ books: inout DayBooks, _ admin: KafkaAdmin) async throws {
        let parameters: [PostgresParameter] = [.timestamp(microseconds: morning)]
        let row = try await pool.withConnection { try await $0.query(Self.figures, parameters) }[0]
        books.requestsInDatabase = try row.int(0)
        books.assigned = try row.int(1)
        books.waiting = try row.int(2)
        books.undecided = try row.int(3)
        books.deadlines = try row.int(4)
        books.withoutDeadline = try row.int(5)
        books.events = try row.int(6)
        books.published = try row.int(7)
        books.counted = try row.int(8)
        books.deadLetters = try row.int(9)
        books.resolved = try row.int(10)
        books.confirmed = try row.int(11)
        books.reminded = try row.int(12)
        books.breached = try row.int(13)
        books.handedOver = try row.int(14)
        books.lag = try await lag(admin)
        let offsets = try await admin.groupLag(group: ConsumerGroup.stats.rawValue, topics: [Topic.requests.rawValue])
        books.recordsInTopic = Int(offsets.values.reduce(0) { $0 + $1.high })
    }

    private static let open: PostgresStatement = """
        select (select count(*) from tuesday.request where state = 1 and waiting_reason = 1),
            (select count(*) from tuesday.deadline where next_at <= clock.now()),
            (select count(*)
                from tuesday.request r
                left join tuesday.statistic_fold f on f.request_id = r.id
                where f.last_seq is distinct from r.last_seq),
            (select count(*)
                from tuesday.request r
                where r.state <= 4 and not exists (
                    select from tuesday.deadline d where d.request_id = r.id and d.kind = 2 and d.epoch = r.timer_epoch)),
            (select count(*)
                from tuesday.request r
                where r.state = 2 and not exists (
                    select from tuesday.deadline d where d.request_id = r.id and d.kind = 1 and d.epoch = r.assignment)),
            (select count(*) from tuesday.lane l where l.published_through < l.lane_seq)
        """

    private static let figures: PostgresStatement = """
        with today as (
            select r.id, r.state, r.waiting_reason, r.timer_epoch,
                (select e.type
                    from tuesday.event e
                    where e.request_id = r.id and e.type in (2, 3)
                    order by e.seq
                    limit 1) as outcome
            from tuesday.request r
            where r.accepted_at >= $1
        ), said as (
            select e.type, e.lane_seq <= l.published_through as is_published
            from tuesday.event e
            join tuesday.lane l on l.id = e.lane_id
            where e.at >= $1
        )
        select (select count(*) from today),
            (select count(*) from today where outcome = 2),
            (select count(*) from today where outcome = 3),
            (select count(*) from today where state = 1 and waiting_reason = 1),
            (select count(*) from tuesday.deadline d join today t on t.id = d.request_id),
            (select count(*)
                from today t
                where t.state <= 4 and not exists (
                    select from tuesday.deadline d where d.request_id = t.id and d.kind = 2 and d.epoch = t.timer_epoch)),
            (select count(*) from said),
            (select count(*) from said where is_published),
            (select coalesce(sum(s.received), 0)::bigint from tuesday.statistic_village_hour s where s.hour >= $1),
            (select count(*) from tuesday.dead_letter d where d.state = 'open'),
            (select count(*) from said where type = 6),
            (select count(*) from said where type = 9),
            (select count(*) from tuesday.deadline d join today t on t.id = d.request_id where d.reminded_at is not null),
            (select count(*) from said where type = 13),
            (select count(*) from said where type = 8)
        """
}
