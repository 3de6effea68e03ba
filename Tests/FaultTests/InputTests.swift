import Contracts
import Domain
import Testing

@testable import Faults

struct LettersTests {
    private static let place = Letters.Place(partition: 1, offset: 9)
    private static let contents = Letters.Contents(key: nil, value: [1], headers: ["a: b"])
    private static let other = Letters.Contents(key: [], value: [1], headers: ["a: b"])

    private static func problems(
        _ letters: [(Letters.Place, Letters.Contents)], refused: [Letters.Place] = []
    ) -> [String] {
        Letters.problems("g", records: [place: [contents]], letters: letters, refused: refused)
    }

    @Test func `A foreign record is set aside as it stood, or refused`() {
        #expect(Self.problems([(Self.place, Self.contents)]) == [])
        #expect(Self.problems([], refused: [Self.place]) == [])
    }

    @Test func `One that is skipped, set aside twice, altered or invented is seen`() {
        #expect(Self.problems([]).count == 1)
        #expect(Self.problems([(Self.place, Self.contents), (Self.place, Self.contents)]).count == 1)
        #expect(Self.problems([(Self.place, Self.contents)], refused: [Self.place]).count == 1)
        #expect(Self.problems([(Self.place, Self.other)]).count == 1)
        let elsewhere = Letters.Place(partition: 2, offset: 9)
        #expect(Self.problems([(Self.place, Self.contents), (elsewhere, Self.contents)]).count == 2)
    }

    /// A record that only some cannot read, and letters about it as it stood.
    private static func problems(_ group: ConsumerGroup, unreadableTo readers: [ConsumerGroup], letters: Int) -> [String] {
        let headers = Letters.headers(of: readers).map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" }
        let contents = Letters.Contents(key: nil, value: nil, headers: ["ce_type: tuesday.request.resolved"] + headers)
        return Letters.problems(
            group.rawValue, records: [place: [contents]], letters: (0..<letters).map { _ in (place, contents) }, refused: [])
    }

    @Test func `Who cannot read a record sets it aside once, and who can leaves it alone`() {
        #expect(Self.problems(.router, unreadableTo: [.router, .stats], letters: 1) == [])
        #expect(Self.problems(.followup, unreadableTo: [.router, .stats], letters: 0) == [])
        #expect(Self.problems(.stats, unreadableTo: [], letters: 0) == [])
        for (group, count) in [(ConsumerGroup.router, 0), (.stats, 2), (.followup, 1)] {
            #expect(Self.problems(group, unreadableTo: [.router, .stats], letters: count).count == 1)
        }
        #expect(Self.problems(.stats, unreadableTo: [], letters: 1).count == 1)
    }
}

/// What is written to break somebody breaks whom it says, as the readers stand: the harness judges by its own words.
struct PoisonTests {
    private static let id = RequestID(7)
    private static let event = RequestEvent(
        request: RequestID(8), seq: 3, type: .resolved, at: Instant(microseconds: 1_000_000),
        place: .init(county: County.ID(1), town: Town.ID(2), village: Village.ID(3), service: Service.ID(4)),
        acceptedAt: Instant(microseconds: 0), actor: .cadre(Cadre.ID(5)), state: .resolved, assignment: 1, cadre: Cadre.ID(5))

    private static func records(_ type: EventType) -> [PoisonRecord] {
        let message = RequestEventRecord.message(
            request: event.request, seq: event.seq, type: event.type, at: event.at, body: RequestEventRecord.body(of: event),
            laneSeq: 1)
        return PoisonRecord.events(message, id, key: "poison-1", type: type)
    }

    @Test(arguments: EventType.allCases) func `Each record breaks those it says`(type: EventType) {
        for record in Self.records(type) {
            let message = record.message
            let contents = Letters.Contents(
                key: message.key, value: message.value,
                headers: message.headers.map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" })
            let incoming = IncomingRecord(
                offset: 0, key: message.key, value: message.value,
                headers: message.headers.map { .init($0.name, String(decoding: $0.value, as: UTF8.self)) }, timestamp: 0)
            let hint = RequestEventRecord.hint(incoming)
            let isRead = (try? RequestEventRecord.event(incoming.valueBytes)) != nil
            let isRelease = hint.map { [.resolved, .declined, .handedOver, .withdrawn].contains($0.type) } ?? false
            #expect(contents.isUnreadable(to: ConsumerGroup.followup.rawValue) == (hint == nil), "\(record.name)")
            #expect(
                contents.isUnreadable(to: ConsumerGroup.router.rawValue) == (hint == nil || isRelease && !isRead), "\(record.name)")
            #expect(contents.isUnreadable(to: ConsumerGroup.stats.rawValue) == !isRead, "\(record.name)")
            // Nobody who matters is parked, and the harness takes none for an event.
            #expect(isRead || hint == nil || hint?.request == Self.id, "\(record.name)")
            #expect(incoming.headerBytes("ce_id") == nil)
        }
    }

    @Test func `The decoder of events is reached under a well-formed type and id`() {
        let reached = Self.records(.resolved).filter { record in
            record.message.key == Array("\(Self.id)".utf8) && record.name.hasSuffix(":typed")
        }
        #expect(reached.count == 16)
        #expect(Set(Self.records(.resolved).map(\.name)).count == Self.records(.resolved).count)
    }
}

struct ArrivalsTests {
    private static let sent = [
        "good": Arrivals.Sent(isCertain: true, isAcceptable: true), "bad": .init(isCertain: true, isAcceptable: false),
        "perhaps": .init(isCertain: false, isAcceptable: true),
    ]

    @Test func `What is on the topic becomes a request, or is refused if it breaks a rule`() {
        #expect(Arrivals.problems(Self.sent, requests: ["good"], refused: ["bad", "bad"]) == [])
        #expect(Arrivals.problems(Self.sent, requests: ["good", "perhaps"], refused: ["bad"]) == [])
    }

    @Test(arguments: [
        (["good"], []), ([], ["bad"]), (["good", "good"], ["bad"]), (["good", "stranger"], ["bad"]),
        (["good", "bad"], ["bad"]), (["good"], ["bad", "good"]), (["good"], ["bad", "perhaps"]), (["good"], ["bad", "stranger"]),
    ] as [([String], [String])])
    func `What is lost, doubled, invented or wrongly judged is seen`(requests: [String], refused: [String]) {
        #expect(Arrivals.problems(Self.sent, requests: requests, refused: refused).count == 1)
    }
}

struct SubmissionsTests {
    private typealias Call = Submissions.Call

    @Test func `Answered submissions exist once, and unanswered ones at most once`() {
        let calls = [
            Call(key: "k", body: 1, outcome: .unknown), Call(key: "k", body: 1, outcome: .request("a")),
            Call(key: "k", body: 2, outcome: .refused(422)), Call(key: "l", body: 1, outcome: .unknown),
        ]
        #expect(Submissions.problems(calls, rows: ["a"]) == [])
        #expect(Submissions.problems(calls, rows: ["a", "b"]) == [])
        #expect(Submissions.problems(calls, rows: ["a", "b", "c"]).count == 1)
        #expect(Submissions.problems(calls, rows: []).count == 1)
    }

    @Test(arguments: [
        (1, .request("b"), 1), (2, .request("a"), 1), (1, .refused(422), 2), (1, .refused(404), 2), (2, .refused(409), 1),
    ] as [(Int, History.Outcome, Int)])
    func `A second id, a second content and a refusal without a reason are seen`(
        body: Int, outcome: History.Outcome, count: Int
    ) {
        let calls = [Call(key: "k", body: 1, outcome: .request("a")), Call(key: "k", body: body, outcome: outcome)]
        let rows: Set = outcome == .request("b") ? ["a", "b"] : ["a"]
        #expect(Submissions.problems(calls, rows: rows).count >= count)
    }
}
