import Contracts
import Domain
import Testing
import Workflow

@testable import Store

/// Dead letters of submissions: they become requests after all, once.
struct SubmissionLetterTests {
    private let origin = RecordOrigin(group: ConsumerGroup.intake.rawValue, topic: Topic.submissions.rawValue, partition: 0)

    /// What intake could not handle for a reason that has gone since.
    private func letter(
        _ county: StoreCounty, _ submission: Submission, key: [UInt8]? = nil
    ) async throws -> DeadLetterID {
        let record = IncomingRecord(
            offset: 0, key: key, value: SubmissionRecord.body(of: submission), headers: [], timestamp: 1)
        let store = LaneStore(pool: county.pool)
        let ticket = try await store.claim(
            log: county.log, group: origin.group, topic: origin.topic, partition: 0, owner: "test")
        _ = try await store.reject(
            record, from: origin, because: RecordProblem(reason: "handler_failed", detail: "a test"), attempts: 1,
            ticket: ticket.advanced(past: [record]))
        return try #require(try await county.openLetters().last).id
    }

    private var nameless: Submission {
        var submission = StoreCounty.submission("")
        submission.sourceID = nil
        return submission
    }

    @Test func `A submission that nothing identifies becomes one request, however often it is replayed at once`() async throws {
        try await StoreCounty.with { county in
            let id = try await letter(county, nameless)
            let outcomes = try await withThrowingTaskGroup(of: SettleOutcome.self) { tasks in
                for tool in 0..<6 { tasks.addTask { try await county.replay(id, by: "tool-\(tool)") } }
                return try await tasks.reduce(into: [SettleOutcome]()) { $0.append($1) }
            }
            #expect(try await county.count("tuesday.request") == 1)
            #expect(outcomes.count { if case .accepted = $0 { true } else { false } } == 1)
            #expect(outcomes.count { $0 == .wasSettled(.replayed) } == 5)
            #expect(county.topic.all.filter { $0.topic == .requests }.count == 1)
        }
    }

    @Test func `A submission that came again meanwhile keeps the id it got`() async throws {
        try await StoreCounty.with { county in
            let submission = StoreCounty.submission("s-1")
            let id = try await letter(county, submission)
            let lane = county.lane("intake")
            guard case .accepted(let request) = try await county.intake.accept([submission], lane: lane)[0].get() else {
                Issue.record("a new submission is accepted")
                return
            }
            #expect(try await county.replay(id) == .repeated(request))
            #expect(try await county.count("tuesday.request") == 1)
        }
    }

    @Test func `A submission that is refused stays one letter, with an attempt more, until what it names exists`() async throws {
        try await StoreCounty.with { county in
            let id = try await letter(county, StoreCounty.submission("s-1", village: "V7"))
            #expect(try await county.replay(id) == .failed("refused: unknown_village (village)"))
            #expect(try await county.replay(id) == .failed("refused: unknown_village (village)"))
            let open = try await county.openLetters()
            #expect(open.map(\.id) == [id])
            #expect(open.map(\.attempts) == [3])
            #expect(open.map(\.replayProblem) == ["refused: unknown_village (village)"])
            try await county.run(
                """
                insert into register.village (county_id, town_id, code, name) values (1, 1, 'V7', 'Village 7');
                update register.county set version = version + 1;
                """)
            guard case .accepted = try await county.replay(id) else {
                Issue.record("the village exists now")
                return
            }
            #expect(try await county.openLetters().isEmpty)
        }
    }

    @Test func `What was never a submission stays open until it is discarded`() async throws {
        try await StoreCounty.with { county in
            let record = IncomingRecord(offset: 0, key: nil, value: nil, headers: [], timestamp: 1)
            let ticket = try await LaneStore(pool: county.pool).claim(
                log: county.log, group: origin.group, topic: origin.topic, partition: 0, owner: "test")
            _ = try await county.intake.handle([record], from: origin, ticket: ticket.advanced(past: [record]))
            let id = try #require(try await county.openLetters().first).id
            guard case .failed = try await county.replay(id) else {
                Issue.record("a tombstone is no submission")
                return
            }
            #expect(try await county.discard(id) == .discarded(resumed: nil))
            #expect(try await county.openLetters().isEmpty)
        }
    }

    @Test func `A submission's key parks nothing, whatever it looks like`() async throws {
        try await StoreCounty.with { county in
            let id = try await letter(county, nameless, key: Array("\(RequestID(5))".utf8))
            #expect(try await county.count("tuesday.parked") == 0)
            #expect(try await DeadLetterReader(pool: county.pool).letter(id)?.request == nil)
        }
    }
}
