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

    @Test func `Where nobody looked nobody knows what stood there`() {
        for letters in [[], [(Self.place, Self.other)]] {
            #expect(
                Letters.problems(
                    "g", records: [Self.place: [Self.contents]], letters: letters, refused: [], unread: { $0 == Self.place }
                ) == [])
            #expect(!Self.problems(letters).isEmpty)
        }
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
    private static func rows(_ sources: [String]) -> [Arrivals.Row] { sources.map { Arrivals.Row(source: $0) } }

    private static let sent = [
        "good": Arrivals.Sent(isCertain: true, isAcceptable: true), "bad": .init(isCertain: true, isAcceptable: false),
        "perhaps": .init(isCertain: false, isAcceptable: true),
    ]

    @Test func `What is on the topic becomes a request, or is refused if it breaks a rule`() {
        #expect(Arrivals.problems(Self.sent, requests: Self.rows(["good"]), refused: ["bad", "bad"]) == [])
        #expect(Arrivals.problems(Self.sent, requests: Self.rows(["good", "perhaps"]), refused: ["bad"]) == [])
    }

    @Test(arguments: [
        (["good"], []), ([], ["bad"]), (["good", "good"], ["bad"]), (["good", "stranger"], ["bad"]),
        (["good", "bad"], ["bad"]), (["good"], ["bad", "good"]), (["good"], ["bad", "perhaps"]), (["good"], ["bad", "stranger"]),
    ] as [([String], [String])])
    func `What is lost, doubled, invented or wrongly judged is seen`(requests: [String], refused: [String]) {
        #expect(Arrivals.problems(Self.sent, requests: Self.rows(requests), refused: refused).count == 1)
    }
}

struct SubmissionContentsTests {
    @Test func `What clients and gateways send is read back as it was written, and told apart`() throws {
        let (one, other) = (try #require(SubmissionContents(Clients.submission(7))), SubmissionContents(Clients.submission(8)))
        #expect(one.subject == "诉求7" && one.name == "张三" && one != other)
        let sent = try #require(SubmissionContents(GatewaySubmission.message("g", body: 7).value ?? []))
        #expect(sent.subject == "诉求7" && sent.description == "网关7" && sent.name == nil)
        #expect(SubmissionContents(Array("{".utf8)) == nil)
    }

    @Test func `A request that holds another submission's words is seen`() {
        let sent = ["g": Arrivals.Sent(isCertain: true, isAcceptable: true, contents: SubmissionContents(Clients.submission(7)))]
        for (body, count) in [(7, 0), (8, 1)] {
            let row = Arrivals.Row(source: "g", contents: SubmissionContents(Clients.submission(body)))
            #expect(Arrivals.problems(sent, requests: [row], refused: []).count == count)
        }
    }
}

struct SubmissionsTests {
    private typealias Call = Submissions.Call
    private typealias Row = Submissions.Row

    @Test func `Answered submissions exist once, and unanswered ones at most once`() {
        let calls = [
            Call(key: "k", body: 1, outcome: .unknown), Call(key: "k", body: 1, outcome: .request("a")),
            Call(key: "k", body: 2, outcome: .refused(422)), Call(key: "l", body: 1, outcome: .unknown),
        ]
        let (promised, perhaps) = (Row(key: "k", body: 1), Row(key: "l", body: 1))
        #expect(Submissions.problems(calls, rows: ["a": promised]) == [])
        #expect(Submissions.problems(calls, rows: ["a": promised, "b": perhaps]) == [])
        #expect(Submissions.problems(calls, rows: [:]).count == 1)
    }

    @Test(arguments: [
        ("k", 1), ("stranger", 1), (nil, 1), ("l", 2), ("l", nil),
    ] as [(String?, Int?)])
    func `A request of a key that has another, or of none, or with another's words is seen`(key: String?, body: Int?) {
        let calls = [Call(key: "k", body: 1, outcome: .request("a")), Call(key: "l", body: 1, outcome: .unknown)]
        let rows = ["a": Row(key: "k", body: 1), "b": Row(key: key, body: body)]
        #expect(Submissions.problems(calls, rows: rows).count == 1)
    }

    @Test(arguments: [("k", 2), ("l", 1), (nil, 1)] as [(String?, Int)])
    func `A request that is not what its answer promised is seen`(key: String?, body: Int) {
        let calls = [
            Call(key: "k", body: 1, outcome: .request("a")), Call(key: "k", body: 2, outcome: .refused(422)),
            Call(key: "l", body: 1, outcome: .request("b")),
        ]
        let rows = ["a": Row(key: key, body: body), "b": Row(key: "l", body: 1)]
        #expect(Submissions.problems(calls, rows: rows).count == 1)
    }

    @Test(arguments: [
        (1, .request("b"), 1), (2, .request("a"), 1), (1, .refused(422), 2), (1, .refused(404), 2), (2, .refused(409), 1),
    ] as [(Int, History.Outcome, Int)])
    func `A second id, a second content and a refusal without a reason are seen`(
        body: Int, outcome: History.Outcome, count: Int
    ) {
        let calls = [Call(key: "k", body: 1, outcome: .request("a")), Call(key: "k", body: body, outcome: outcome)]
        let second = outcome == .request("b") ? ["b": Row(key: "k", body: 1)] : [:]
        let rows = second.merging(["a": Row(key: "k", body: 1)]) { $1 }
        #expect(Submissions.problems(calls, rows: rows).count >= count)
    }
}

/// What is typed, and cannot be meant.
struct OptionTests {
    @Test(arguments: [
        ("--seeds 0", "--seeds"), ("--seeds=-1", "--seeds"), ("--seeds -1", "--seeds takes"), ("--minutes 0", "--minutes"), ("--minutes=-1", "--minutes"),
        ("--minutes nan", "--minutes"), ("--minutes inf", "--minutes"), ("--minutes 1e300", "--minutes"), ("--copies 0", "--copies"),
        ("--copies=-2", "--copies"), ("--copies 1", "--copies"), ("--copies 1000", "--copies"), ("--keep 0", "--keep"),
        ("--keep=-1", "--keep"), ("--overdue 0", "--overdue"), ("--overdue=-5", "--overdue"),
        ("--from 18446744073709551615", "--from"), ("--fault nothing", "faults list"), ("--fault ,", "--fault"),
        ("--plant nothing", "faults list"), ("whole --streams 0", "--streams"), ("whole --streams=-1", "--streams"),
        ("whole --streams 5000", "--streams"), ("whole --minutes nan", "--minutes"), ("gate --minutes 0", "--minutes"),
        ("gate --minutes inf", "--minutes"), ("planted --seeds 0", "--seeds"), ("planted --only nothing", "no-seq-guard"),
    ])
    func `What cannot be is refused by its name, with what to do instead and status 64`(line: String, named: String) {
        #expect {
            try Faults.parseAsRoot(line.split(separator: " ").map(String.init))
        } throws: { error in
            Faults.message(for: error).contains(named) && Faults.exitCode(for: error).rawValue == 64
        }
    }

    @Test func `A refusal tells what was found and what to do`() throws {
        let error = try #require(throws: (any Error).self) { try Faults.parseAsRoot(["--seeds=-1"]) }
        #expect(
            Faults.message(for: error)
                == "--seeds takes a whole number from 1 to 1000000000, found -1: leave it out to go on for --minutes")
    }

    @Test(arguments: [
        ([], 20), (["--seeds", "7"], 7), (["--minutes", "2"], 1_000_000_000), (["--minutes", "2", "--seeds", "7"], 7),
    ] as [([String], Int)])
    func `Time alone bounds a campaign that was told no number of seeds`(arguments: [String], count: Int) throws {
        #expect(try CampaignCommand.parse(arguments).most == count)
    }

    @Test func `Which kind has its turn is the seed's, wherever the campaign began`() {
        let kinds: [[Fault]] = [[.killAll], [.poison], [.stop]]
        #expect((1...4).map { CampaignCommand.kinds(of: $0, in: kinds)[0] } == [.killAll, .poison, .stop, .killAll])
        #expect(CampaignCommand.kinds(of: 0, in: kinds).count == 1)
        #expect(CampaignCommand.kinds(of: 9, in: [[]]).isEmpty)
    }
}
