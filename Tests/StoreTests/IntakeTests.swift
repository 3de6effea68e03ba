import Contracts
import Domain
import Foundation
import Testing
import Workflow

@testable import Store

struct IntakeTests {
    @Test func `Accepting twice answers the same id, and another body under the key is a conflict`() async throws {
        try await StoreCounty.with { county in
            let lane = county.lane("intake")
            let first = try await county.intake.accept([StoreCounty.submission("one")], lane: lane)[0].get()
            guard case .accepted(let id) = first else { throw Unexpected(what: "\(first)") }
            let again = try await county.intake.accept(
                [StoreCounty.submission("one"), StoreCounty.submission("one", description: "it floods")], lane: lane)
            #expect(try again[0].get() == .repeated(id))
            #expect(try again[1].get() == .conflict)
            #expect(try await county.count("tuesday.request") == 1)
            #expect(try await county.count("tuesday.event") == 1)
            #expect(try await county.count("personal.submission") == 1)
        }
    }

    @Test func `The same submission twice in one batch becomes one request`() async throws {
        try await StoreCounty.with { county in
            let outcomes = try await county.intake.accept(
                [StoreCounty.submission("one"), StoreCounty.submission("one")], lane: county.lane("intake"))
            guard case .accepted(let id) = try outcomes[0].get() else { throw Unexpected(what: "\(outcomes)") }
            #expect(try outcomes[1].get() == .repeated(id))
        }
    }

    @Test func `Identical submissions at once are accepted once`() async throws {
        try await StoreCounty.with { county in
            let answers = try await withThrowingTaskGroup(of: [AcceptOutcome].self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        let submissions = (0..<50).map { StoreCounty.submission("\($0)") }
                        let lane = county.lane("intake")
                        let shuffled = worker.isMultiple(of: 2) ? submissions : submissions.reversed()
                        let outcomes = try await county.intake.accept(shuffled, lane: lane).map { try $0.get() }
                        return worker.isMultiple(of: 2) ? outcomes : outcomes.reversed()
                    }
                }
                return try await group.reduce(into: [[AcceptOutcome]]()) { $0.append($1) }
            }
            for index in 0..<50 {
                var accepted = 0
                var ids: Set<RequestID> = []
                for outcomes in answers {
                    switch outcomes[index] {
                    case .accepted(let id):
                        accepted += 1
                        ids.insert(id)
                    case .repeated(let id): ids.insert(id)
                    case .conflict: Issue.record("the same body is no conflict")
                    }
                }
                #expect(accepted == 1)
                #expect(ids.count == 1)
            }
            #expect(try await county.count("tuesday.request") == 50)
            #expect(try await county.deadlocks() == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    /// Lets intake read submissions from a topic.
    ///
    /// - Parameter sentAt: the records' time in the log, in milliseconds.
    private static func read(
        _ bodies: [String], sentAt: Int64 = StoreCounty.monday.microseconds / 1_000, _ county: StoreCounty
    ) async throws {
        let topic = Topic.submissions.rawValue
        let ticket = try await LaneStore(pool: county.pool).claim(
            log: county.log, group: "intake", topic: topic, partition: 0, owner: "test")
        let records = bodies.enumerated().map { offset, body in
            IncomingRecord(
                offset: ticket.nextOffset + Int64(offset), key: nil, value: Array(body.utf8), headers: [],
                timestamp: sentAt)
        }
        _ = try await county.intake.handle(
            records, from: RecordOrigin(group: "intake", topic: topic, partition: 0),
            ticket: ticket.advanced(past: records))
    }

    private static func body(_ description: String, village: String = "V1", more: String = "") -> String {
        #"{"channel":"app","source_id":"7","village":"\#(village)","service":"S1","description":"\#(description)"\#(more)}"#
    }

    private static let refusals = """
        select source_offset || ' ' || channel || ' ' || source_id || ' ' || code || ' ' || detail
        from tuesday.refusal
        order by source_offset, source_id
        """

    @Test func `A conflict in a topic leaves a refusal, a repetition none`() async throws {
        try await StoreCounty.with { county in
            try await Self.read([Self.body("it drips"), Self.body("it drips"), Self.body("it floods")], county)
            try await Self.read([Self.body("it leaks")], county)
            #expect(try await county.count("tuesday.request") == 1)
            #expect(
                try await county.texts(Self.refusals) == [
                    "2 app 7 conflict source_id", "3 app 7 conflict source_id",
                ])
        }
    }

    @Test func `A lane that was put back refuses again without a dead letter, and refuses what stands there now`() async throws {
        try await StoreCounty.with { county in
            let refused = Self.body("it drips", village: "V9")
            try await Self.read([refused, Self.body("it floods")], county)
            for body in [refused, refused.replacingOccurrences(of: #""7""#, with: #""8""#)] {
                try await county.run("update tuesday.lane set next_offset = 0, last_ce_id = null")
                try await Self.read([body], county)
            }
            #expect(
                try await county.texts(Self.refusals) == [
                    "0 app 7 unknown_village village", "0 app 8 unknown_village village",
                ])
            #expect(try await county.count("tuesday.dead_letter") == 0)
        }
    }

    @Test func `Where the topic was made anew, what has no id of its own is refused as another record`() async throws {
        try await StoreCounty.with { county in
            for (village, sentAt) in [("V8", 1), ("V9", 2), ("V9", 2)] as [(String, Int64)] {
                try await county.run("update tuesday.lane set next_offset = 0, last_ce_id = null")
                try await Self.read([#"{"village":"\#(village)","service":"S1","description":"it drips"}"#], sentAt: sentAt, county)
            }
            let refused = "select source_offset || ' ' || source_timestamp from tuesday.refusal order by source_timestamp"
            #expect(try await county.texts(refused) == ["0 1", "0 2"])
        }
    }

    @Test func `A lane that was put back makes no second dead letter, and one of what stands there now`() async throws {
        try await StoreCounty.with { county in
            try await Self.read(["{", Self.body("it drips")], county)
            try await county.run("update tuesday.dead_letter set state = 'discarded', settled_at = now(), settled_by = 'test'")
            for body in ["{", "[", "["] {
                try await county.run("update tuesday.lane set next_offset = 0, last_ce_id = null")
                try await Self.read([body], county)
            }
            let letters = "select state || ' ' || convert_from(value, 'UTF8') from tuesday.dead_letter order by lane_seq"
            #expect(try await county.texts(letters) == ["discarded {", "open ["])
        }
    }

    @Test func `A time before 2000 is refused`() async throws {
        try await StoreCounty.with { county in
            try await Self.read([Self.body("it drips", more: #","submitted_at":"1970-01-01T00:00:00Z""#)], county)
            #expect(try await county.texts(Self.refusals) == ["0 app 7 not_plausible submitted_at"])
        }
    }

    @Test func `A register that is behind refuses nobody, from callers or a topic`() async throws {
        try await StoreCounty.with { county in
            func add(_ code: String) async throws {
                _ = try await county.registers.current()
                try await county.run(
                    "insert into register.village (county_id, town_id, code, name) values (1, 1, '\(code)', 'New')")
            }
            try await add("V7")
            let lane = county.lane("intake")
            let outcomes = try await county.intake.accept([StoreCounty.submission("one", village: "V7")], lane: lane)
            guard case .success(.accepted) = outcomes[0] else { throw Unexpected(what: "\(outcomes)") }
            let unknown = try await county.intake.accept([StoreCounty.submission("two", village: "V9")], lane: lane)
            #expect(throws: FieldProblems.self) { try unknown[0].get() }

            try await add("V8")
            try await Self.read([Self.body("it drips", village: "V8")], county)
            #expect(try await county.count("tuesday.refusal") == 0)
            #expect(try await county.count("tuesday.request") == 2)
        }
    }

    @Test func `What is said with a move is kept beside its event, if the move is done`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(2, village: "V1")
            try await county.consume(county.router, "router")
            let owner = try #require(try await county.status(ids[0]).owner)
            let lane = county.lane("move")
            let commands = [
                MoveCommand(request: ids[0], move: .decline(reason: "too far"), actor: .cadre(owner)),
                MoveCommand(request: ids[0], move: .confirm, actor: .resident, note: "thank you"),
                MoveCommand(request: ids[1], move: .withdraw, actor: .resident, note: "it stopped by itself"),
            ]
            _ = try await county.moves.move(commands, lane: lane)
            await county.drain(lane)
            #expect(
                try await county.texts(
                    """
                    select e.type || ' ' || n.county_id || ' ' || n.text
                    from personal.note n
                    join tuesday.event e using (request_id, seq)
                    order by e.type
                    """) == [
                    "\(EventType.declined.rawValue) 1 too far",
                    "\(EventType.withdrawn.rawValue) 1 it stopped by itself",
                ])
        }
    }
}
