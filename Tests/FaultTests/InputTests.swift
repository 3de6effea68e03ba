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
