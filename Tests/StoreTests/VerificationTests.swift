import Contracts
import Domain
import Testing
import Workflow

@testable import Store

/// Each rule sees what breaks it, and nothing else.
struct VerificationTests {
    /// Each damage with the rule that names it.
    private static let damages = [
        ("update tuesday.event set type = 9 where type = 2", "the path of a request's states is legal"),
        ("update tuesday.event set type = 99 where type = 3", "the path of a request's states is legal"),
        ("update tuesday.request set timer_epoch = 3 where state = 1", "a request stands where its events lead"),
        ("update tuesday.request set rating = 5", "a request stands where its events lead"),
        ("update tuesday.event set at = at - interval '2 hours' where type = 13", "no deadline fires before it is due"),
        (
            "update tuesday.deadline set breached_at = null, escalated_at = escalate_at where breached_at is not null",
            "no stage of a deadline comes again, and no escalation without a breach"
        ),
        (
            "update tuesday.deadline set stage = 0, next_at = remind_at where breached_at is not null",
            "no stage of a deadline comes again, and no escalation without a breach"
        ),
        (
            """
            insert into tuesday.notification (lane_id, lane_seq, at, request_id, county_id, recipient, template, body)
            select lane_id, lane_seq + 1000, at, request_id, county_id, recipient, template, body
            from tuesday.notification where template = 'remind_acknowledge'
            """, "what became of a promise is told once"
        ),
        (
            "update tuesday.deadline set breached_at = null, stage = 1, next_at = due_at where breached_at is not null",
            "what became of a promise is told once"
        ),
        ("delete from tuesday.notification where template = 'breached_acknowledge'; delete from tuesday.event where type = 13",
            "what became of a promise is told once"),
        (
            "delete from clock.virtual; update tuesday.deadline set met_at = reminded_at - interval '2 minutes'",
            "nothing is told of a promise that was kept or is void"
        ),
        (
            """
            delete from clock.virtual;
            update tuesday.assignment set assigned_at = now() - interval '3 days';
            update tuesday.deadline
            set remind_at = now() - interval '1 day', reminded_at = now() - interval '20 hours', breached_at = null
            where kind = 1;
            update tuesday.deadline set remind_at = now() - interval '2 days', next_at = now() - interval '2 days' where kind = 2
            """, "no deadline is passed over"
        ),
        ("delete from tuesday.deadline where kind = 2", "an accepted request has a promise to be resolved"),
        ("delete from tuesday.deadline where kind = 1", "an accepted request has a promise to be resolved"),
        ("delete from tuesday.notification where template = 'assigned'", "every assignment is told its cadre, once"),
        (
            """
            insert into tuesday.notification (lane_id, lane_seq, at, request_id, county_id, recipient, template, body)
            select lane_id, lane_seq + 1000, at, request_id, county_id, recipient, template, body
            from tuesday.notification where template = 'assigned'
            """, "every assignment is told its cadre, once"
        ),
        ("update tuesday.notification set recipient = 'cadre:99' where template = 'assigned'",
            "every assignment is told its cadre, once"),
        (
            "update tuesday.notification set template = 'resolved', recipient = 'resident' where template = 'assigned'",
            "of an answer the resident is told, and no more often than there are answers"
        ),
        ("delete from tuesday.statistic_fold", "every event that was read is counted"),
        (
            "delete from tuesday.waiting; update tuesday.request set waiting_reason = 1 where state = 1",
            "no request that was read is forgotten by the router"
        ),
    ]

    @Test(arguments: damages) func `What is broken is named`(_ damage: (sql: String, rule: String)) async throws {
        try await StoreCounty.with { county in
            try await live(county)
            #expect(try await Verification(pool: county.pool).violations(marks(county)) == [])
            try await county.run(damage.sql)
            let found = try await Verification(pool: county.pool).violations(marks(county))
            #expect(found.contains { $0.hasPrefix(damage.rule) }, "\(found)")
        }
    }

    @Test func `Work that was read and not done is named, and work that was not read is nobody's fault`() async throws {
        try await StoreCounty.with { county in
            let ids = try await live(county)
            let before = try await marks(county)
            let forgotten = try await county.submit(1)[0]
            try await county.move(ids[0], .resolve(outside: true), by: .supervisor)
            try await county.move(ids[1], .resolve(outside: true), by: .supervisor)
            try await county.move(ids[1], .reopen, by: .resident)
            let verification = Verification(pool: county.pool)
            #expect(try await verification.violations(before) == [])

            var after = try await marks(county)
            let rules = [
                ("every event that was read is counted", forgotten),
                ("no request that was read is forgotten by the router", forgotten),
                ("a reopened request that was read has a new promise", ids[1]),
                ("no closed request that was read has a live deadline", ids[0]),
                ("of an answer that was read and stands the resident was told", ids[0]),
                ("an answer that was read is written down as a promise kept", ids[0]),
            ]
            let found = try await verification.violations(after)
            for (rule, id) in rules { #expect(found.contains { $0.hasPrefix(rule) && $0.contains("\(id)") }, "\(found)") }

            for group in [ConsumerGroup.router, .followup, .stats] { after.behind[group] = "is 3 records behind" }
            let left = try await verification.findings(after)
            #expect(left.flatMap(\.sentences) == [])
            #expect(left.filter { $0.obstacle != nil }.map(\.rule).sorted() == rules.map(\.0).sorted())
            #expect(try await verification.violations() == [])
        }
    }

    @Test func `What a group leaves alone, or is still to get once more, is not its fault`() async throws {
        try await StoreCounty.with { county in
            try await live(county)
            let id = try await county.submit(1)[0]
            let verification = Verification(pool: county.pool)
            let groups = ["tuesday-router", "tuesday-stats"].map { "('\($0)', '\(id)')" }.joined(separator: ", ")
            try await county.run("insert into tuesday.parked (consumer_group, request_id) values \(groups)")
            let parked = try await verification.findings(marks(county))
            #expect(parked.filter { !$0.violations.isEmpty }.map(\.rule) == ["a request is parked exactly while a dead letter of it is open"])
            try await county.run("delete from tuesday.parked")
            let read = try await marks(county)
            #expect(try await !verification.violations(read).isEmpty)
            try await county.run(
                """
                insert into tuesday.repetition (lane_id, lane_seq, at, request_id, event_count, because)
                select id, lane_seq + 1, now(), '\(id)', 1, 'a test' from tuesday.lane where lane_seq > 0 order by id limit 1;
                update tuesday.lane l
                set lane_seq = l.lane_seq + 1
                from tuesday.repetition p
                where p.lane_id = l.id
                """)
            #expect(try await verification.violations(read) == [])
        }
    }

    @Test func `An answer is told once, to the resident, each time there is one`() async throws {
        try await StoreCounty.with { county in
            let id = try await live(county)[0]
            let verification = Verification(pool: county.pool)
            let told = "of an answer that was read and stands the resident was told"
            let often = "of an answer the resident is told, and no more often than there are answers"
            func broken() async throws -> [String] {
                try await verification.findings(marks(county)).filter { !$0.violations.isEmpty }.map(\.rule)
                    .filter { [told, often].contains($0) }
            }
            try await county.move(id, .resolve(outside: false), by: .supervisor)
            try await read(county)
            #expect(try await broken() == [])
            try await county.move(id, .reopen, by: .resident)
            try await read(county)
            try await county.move(id, .resolve(outside: true), by: .supervisor)
            try await read(county)
            #expect(try await broken() == [])

            try await county.run("update tuesday.notification set recipient = 'cadre:1' where template = 'resolved'")
            #expect(try await broken() == [often])
            try await county.run(
                """
                update tuesday.notification set recipient = 'resident' where template = 'resolved';
                insert into tuesday.notification (lane_id, lane_seq, at, request_id, county_id, recipient, template, body)
                select lane_id, lane_seq + 1000, at, request_id, county_id, recipient, template, body
                from tuesday.notification where template = 'resolved'
                """)
            #expect(try await broken() == [often])
            // That the first answer was told of does not stand for the second, where the clock can tell them apart.
            try await county.run(
                """
                delete from tuesday.notification where template = 'resolved' and lane_seq > 1000;
                update tuesday.notification set at = at - interval '2 minutes' where template = 'resolved'
                """)
            #expect(try await broken() == [])
            try await county.run("delete from clock.virtual")
            #expect(try await broken() == [told])
            try await county.run("delete from tuesday.notification where template = 'resolved'")
            #expect(try await broken() == [told])
            try await county.move(id, .confirm, by: .resident)
            #expect(try await broken() == [])
        }
    }

    @Test func `A late answer that was read and not written down is named, also when it was confirmed since`() async throws {
        try await StoreCounty.with { county in
            let id = try await live(county)[0]
            let rule = "an answer that was read is written down as a promise kept"
            func broken() async throws -> [String] {
                try await Verification(pool: county.pool).violations(marks(county)).filter { $0.hasPrefix(rule) }
            }
            try await county.move(id, .resolve(outside: false), by: .supervisor)
            try await read(county)
            try await county.move(id, .confirm, by: .resident)
            try await read(county)
            #expect(try await broken() == [])
            try await county.run("update tuesday.deadline set met_at = null where request_id = '\(id)' and kind = 2")
            #expect(try await broken().count == 1)
        }
    }

    @Test func `A whole life breaks no rule`() async throws {
        try await StoreCounty.with { county in
            let ids = try await live(county)
            for id in ids { try await county.move(id, .resolve(outside: true), by: .supervisor) }
            try await county.move(ids[0], .rate(4), by: .resident)
            try await county.move(ids[0], .confirm, by: .resident)
            try await county.move(ids[1], .reopen, by: .resident)
            try await county.setClock(StoreCounty.monday.adding(minutes: 9 * 1_440))
            try await read(county)
            try await fire(county)
            try await county.move(ids[1], .withdraw, by: .resident)
            try await read(county)
            #expect(try await county.count("tuesday.deadline where escalated_at is not null") > 0)
            #expect(try await Verification(pool: county.pool).violations(marks(county)) == [])
        }
    }

    // MARK: parts

    /// Two requests with owners who were reminded and are late to acknowledge, and one that waits.
    @discardableResult
    private func live(_ county: StoreCounty) async throws -> [RequestID] {
        let ids = try await county.submit(2) + county.submit(1, service: "S3")
        try await read(county)
        for minutes in [30, 60] {
            try await county.setClock(StoreCounty.monday.adding(minutes: Int64(minutes)))
            try await fire(county)
        }
        try await read(county)
        return ids
    }

    private func read(_ county: StoreCounty) async throws {
        try await county.consume(county.router, "router")
        try await county.consume(county.followUp, "followup")
        try await county.consume(county.statistics, "stats")
    }

    private func fire(_ county: StoreCounty) async throws {
        let lane = county.lane("timer")
        _ = try await county.followUp.fireDue(limit: 100, lane: lane)
        await county.drain(lane)
        await lane.close()
    }

    /// As if everything were published and read. Lanes say only now and then how far they published.
    private func marks(_ county: StoreCounty) async throws -> ReadMarks {
        let lanes = try await LaneReader(pool: county.pool).lanes()
        return ReadMarks(published: Dictionary(uniqueKeysWithValues: lanes.map { ($0.id, $0.laneSeq) }))
    }
}
