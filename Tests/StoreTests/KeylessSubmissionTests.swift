import Contracts
import Domain
import Testing
import Workflow

@testable import Store

/// Records of the submissions topic that have neither an idempotency key nor a source id: each is accepted once, however
/// often it is read.
struct KeylessSubmissionTests {
    private let origin = RecordOrigin(group: "intake", topic: Topic.submissions.rawValue, partition: 0)

    private func record(
        _ offset: Int64, _ description: String = "it drips", event: (source: String, id: String)? = nil,
        timestamp: Int64 = 1
    ) -> IncomingRecord {
        IncomingRecord(
            offset: offset, key: nil,
            value: Array(#"{"village":"V1","service":"S1","description":"\#(description)"}"#.utf8),
            headers: event.map { [.init("ce_source", $0.source), .init("ce_id", $0.id)] } ?? [], timestamp: timestamp)
    }

    private func claim(_ county: StoreCounty) async throws -> LaneTicket {
        try await LaneStore(pool: county.pool).claim(
            log: county.log, group: origin.group, topic: origin.topic, partition: 0, owner: "test")
    }

    private func read(_ county: StoreCounty, _ records: [IncomingRecord]) async throws {
        let ticket = try await claim(county)
        _ = try await county.intake.handle(records, from: origin, ticket: ticket.advanced(past: records))
    }

    /// As `tuesday lanes recover` does it.
    private func putBack(_ county: StoreCounty) async throws {
        let lane = try await claim(county).lane
        _ = try await RepairTransactions(pool: county.pool).repair(
            .unapplied, because: "a test", log: county.log, resetting: [LanePosition(lane: lane, nextOffset: 0)],
            ticket: try await LaneStore(pool: county.pool).borrow(pool: "repair", owner: "test"))
    }

    @Test func `A lane that was put back accepts none of them again`() async throws {
        try await StoreCounty.with { county in
            let records = [
                record(0), record(1), record(2, "it floods"), record(3, event: ("/app", "1")),
                record(4, event: ("/app", "2")),
            ]
            try await read(county, records)
            #expect(try await county.count("tuesday.request") == 5)
            try await putBack(county)
            try await read(county, Array(records[..<2]))
            try await read(county, Array(records[2...]))
            #expect(try await county.count("tuesday.request") == 5)
            #expect(try await county.count("tuesday.refusal") == 0)
            #expect(try await claim(county).nextOffset == 5)
            try await county.run("update tuesday.lane set published_through = lane_seq")
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `An event that its sender repeats is one submission, wherever it stands`() async throws {
        try await StoreCounty.with { county in
            try await read(county, [record(0, event: ("/app", "1")), record(1, event: ("/app", "1"), timestamp: 2)])
            try await read(county, [record(2, event: ("/app", "1"), timestamp: 3)])
            #expect(try await county.count("tuesday.request") == 1)
            try await read(county, [record(3, event: ("/wechat", "1"))])
            #expect(try await county.count("tuesday.request") == 2)
        }
    }

    @Test func `A gateway that gives all its events one id loses none that says something else`() async throws {
        try await StoreCounty.with { county in
            try await read(county, [record(0, event: ("/app", "id")), record(1, "it floods", event: ("/app", "id"))])
            #expect(try await county.count("tuesday.request") == 2)
            #expect(try await county.count("tuesday.refusal") == 0)
        }
    }

    @Test func `What stands at the same offset of a topic made anew is another submission`() async throws {
        try await StoreCounty.with { county in
            try await read(county, [record(0), record(1)])
            try await putBack(county)
            try await read(county, [record(0, timestamp: 2), record(1, "it floods")])
            #expect(try await county.count("tuesday.request") == 4)
        }
    }

    @Test func `A letter that was replayed is not accepted again by a lane that was put back`() async throws {
        try await StoreCounty.with { county in
            let failing = record(0)
            _ = try await LaneStore(pool: county.pool).reject(
                failing, from: origin, because: RecordProblem(reason: "handler_failed", detail: "a test"), attempts: 1,
                ticket: try await claim(county).advanced(past: [failing]))
            let id = try #require(try await county.openLetters().first).id
            guard case .accepted = try await county.replay(id) else {
                Issue.record("nothing is wrong with it any more")
                return
            }
            try await putBack(county)
            try await read(county, [failing])
            #expect(try await county.count("tuesday.request") == 1)
        }
    }

    @Test func `Callers who give no key send another submission each time`() async throws {
        try await StoreCounty.with { county in
            var submission = StoreCounty.submission("")
            submission.sourceID = nil
            let lane = county.lane("intake")
            for _ in 0..<2 { _ = try await county.intake.accept([submission, submission], lane: lane) }
            #expect(try await county.count("tuesday.request") == 4)
            #expect(try await county.count("tuesday.idempotency_key") == 0)
        }
    }
}
