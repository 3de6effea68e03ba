import Contracts
import KafkaClient
import PostgresClient

/// Whether there is anything left to do.
enum Quiet {
    /// What is not done yet; the least where most has been done.
    struct Left: Comparable {
        /// How many kinds of work are done with before it.
        let step: Int
        let count: Int64
        let sentence: String

        static func < (one: Left, other: Left) -> Bool { (-one.step, one.count) < (-other.step, other.count) }
    }

    /// What is not done yet; nil when everything is.
    static func unfinished(_ installation: Installation) async throws -> Left? {
        for (step, (name, sql)) in counts.enumerated() {
            let count = try await installation.count(sql)
            if count > 0 { return Left(step: step, count: Int64(count), sentence: "\(count) \(name)") }
        }
        return try await behind(installation, try await installation.topics.ends())
    }

    /// What groups have not applied of everything up to these ends; nil when all have.
    static func behind(_ installation: Installation, _ ends: [KafkaPartition: Int64]) async throws -> Left? {
        let offsets = try await installation.pool.withConnection { connection in
            try await connection.query(
                """
                select consumer_group, partition, next_offset
                from tuesday.lane
                where partition >= 0 and log_id = (select max(id) from tuesday.log)
                """).map { (try $0.string(0), try $0.int32(1), try $0.int64(2)) }
        }
        var count: Int64 = 0
        var sentence = ""
        for group in ConsumerGroup.allCases {
            for (partition, end) in ends where partition.topic == group.topic.rawValue && end > 0 {
                let next = offsets.first { $0.0 == group.rawValue && $0.1 == partition.partition }?.2 ?? 0
                if next < end {
                    count += end - next
                    sentence = "\(group.rawValue) has applied \(next) of \(end) on partition \(partition.partition)"
                }
            }
        }
        return count == 0 ? nil : Left(step: counts.count, count: count, sentence: sentence)
    }

    private static let counts: [(String, String)] = [
        ("lanes have messages that are not published", "select count(*) from tuesday.lane where published_through < lane_seq"),
        (
            "requests wait to be routed",
            """
            select count(*) from tuesday.request r
            where r.state = 1 and r.waiting_reason = 1 and not \(parked("tuesday-router"))
            """
        ),
        (
            // Whoever tries one sets its next time after the clock, which stands by now.
            "waiting requests are not tried again",
            """
            select count(*) from tuesday.waiting w
            where w.retry_at < clock.now() - interval '1 second' and not \(parked("tuesday-router", "w.request_id"))
            """
        ),
        (
            "requests are not counted to their last event",
            """
            select count(*) from tuesday.request r
            left join tuesday.statistic_fold f on f.request_id = r.id
            where f.last_seq is distinct from r.last_seq and not \(parked("tuesday-stats"))
            """
        ),
        (
            "open requests have no promise to be resolved",
            """
            select count(*) from tuesday.request r
            where r.state <= 4 and not \(parked("tuesday-followup")) and not exists (
                select from tuesday.deadline d
                where d.request_id = r.id and d.kind = 2 and d.epoch = r.timer_epoch)
            """
        ),
        (
            "closed requests have a live deadline",
            """
            select count(*) from tuesday.request r
            join tuesday.deadline d on d.request_id = r.id
            where r.state > 4 and d.next_at is not null and not \(parked("tuesday-followup"))
            """
        ),
        (
            "deadlines are overdue",
            """
            select count(*) from tuesday.deadline
            where next_at < clock.now() - interval '1 second'
            """
        ),
        (
            "hours that are over are not told",
            // For as long as workers wait that have no `stats.grace-seconds` of their own.
            """
            select count(*) from (
                select county_id, hour
                from tuesday.changed_hour
                group by county_id, hour
                having max(settles_at) <= clock.now() - interval '300 seconds') untold
            """
        ),
    ]

    private static func parked(_ group: String, _ request: String = "r.id") -> String {
        "exists (select from tuesday.parked p where p.request_id = \(request) and p.consumer_group = '\(group)')"
    }
}
