import Contracts
import TestSupport
import Testing

extension Scenario {
    /// Waits until every request has an owner or a typed reason, and everything committed is published, counted and read.
    func awaitQuiet(within limit: Duration) async throws {
        var last = ""
        try await eventually("all work is done; open is: \(last)", within: limit) {
            let counts = try await pool.withConnection { connection in
                let row = try await connection.query(
                    """
                    select (select count(*) from tuesday.request where state = 1 and waiting_reason = 1),
                        (select count(*)
                            from tuesday.request r
                            left join tuesday.statistic_fold f on f.request_id = r.id
                            where f.last_seq is distinct from r.last_seq),
                        (select count(*)
                            from tuesday.request r
                            where r.state <= 4 and not exists (
                                select from tuesday.deadline d
                                where d.request_id = r.id and d.kind = 2 and d.epoch = r.timer_epoch)),
                        (select count(*) from tuesday.lane l where l.published_through < l.lane_seq)
                    """)[0]
                return try (0..<4).map { try row.int($0) }
            }
            last = "\(counts[0]) undecided, \(counts[1]) not counted, \(counts[2]) without deadline, \(counts[3]) lanes unpublished"
            return counts.allSatisfy { $0 == 0 }
        }
    }

    /// Every submission is one request, one refusal or one dead letter, and the books of every layer agree.
    func expectBooksBalance(distinctSubmissions: Int) async throws {
        let requests = try await count("select count(*) from tuesday.request")
        let refusals = try await count("select count(*) from tuesday.refusal")
        let deadLetters = try await count("select count(*) from tuesday.dead_letter")
        #expect(requests + refusals + deadLetters == distinctSubmissions)
        #expect(deadLetters == 0)
        #expect(
            try await count("select count(distinct (channel, source_id)) from personal.submission") == requests,
            "each source id is one request")
        #expect(
            try await count(
                """
                select count(*)
                from tuesday.request r
                where r.last_seq <> (select count(*) from tuesday.event e where e.request_id = r.id)
                   or r.last_seq <> (select max(e.seq) from tuesday.event e where e.request_id = r.id)
                """) == 0, "events are numbered without gaps")
        #expect(
            try await count(
                "select count(*) from tuesday.request where (state = 1) <> (owner_id is null) and state <= 4") == 0,
            "an owner or a reason")
        #expect(
            try await count("select count(*) from register.cadre_load where open > capacity") == 0,
            "nobody has more than the capacity")
        try await expectStatisticsEqualEvents()
        // Fails, and so does the test, when a figure is not what the events say.
        try await tuesday("report", "--recompute")
        let verification = try await tuesday("verify")
        #expect(verification.contains("All is well"))
    }

    /// Recomputed in SQL: per village and hour what came in, and in all what became of it.
    private func expectStatisticsEqualEvents() async throws {
        let differing = try await count(
            """
            with counted as (
                select s.hour, s.village_id, sum(s.received) as number
                from tuesday.statistic_village_hour s
                group by 1, 2
                having sum(s.received) > 0
            ), happened as (
                select date_trunc('hour', e.at, 'UTC') as hour, r.village_id, count(*) as number
                from tuesday.event e
                join tuesday.request r on r.id = e.request_id
                where e.type = 1
                group by 1, 2
            )
            select count(*)
            from counted c
            full join happened h on h.hour = c.hour and h.village_id = c.village_id
            where c.number is distinct from h.number
            """)
        #expect(differing == 0, "received per village and hour equals the events")
        let measures: [(String, Int)] = [
            ("assigned + reassigned", 2), ("acknowledged", 4), ("resolved", 6), ("declined", 7), ("handed_over", 8),
            ("confirmed", 9), ("reopened", 10), ("rated", 12),
        ]
        for (measure, type) in measures {
            for table in ["statistic_village_hour", "statistic_service_hour"] {
                let counted = try await count("select coalesce(sum(\(measure)), 0)::bigint from tuesday.\(table)")
                let happened = try await count("select count(*) from tuesday.event where type = \(type)")
                #expect(counted == happened, "\(measure) of \(table)")
            }
        }
    }

    /// Every event is on the topic, at least once, byte for byte.
    func expectEveryEventIsPublished() async throws {
        var bodies: [String: String] = [:]
        for record in try await records(of: .requests) {
            bodies[record.header("ce_id") ?? ""] = String(decoding: record.value ?? [], as: UTF8.self)
        }
        let events = try await pool.withConnection { connection in
            try await connection.query("select request_id::text || '-' || seq, body from tuesday.event").map {
                (try $0.string(0), try $0.string(1))
            }
        }
        #expect(bodies.count == events.count)
        #expect(events.count { bodies[$0.0] != $0.1 } == 0, "the record's value is the row's body")
    }
}
