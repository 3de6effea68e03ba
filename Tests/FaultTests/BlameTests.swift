import PostgresClient
import TestSupport
import Testing

@testable import Faults

/// What is held against Tuesday when a run is broken off.
struct BlameTests {
    private static let worker = ScenarioFailure("after 60 s it is not so that tuesday-router-1 is ready")
    private static let need = HarnessFailure("a port is missing")

    @Test func `What workers and tools do not do is Tuesday's, what the harness needs for itself is not`() {
        #expect(Blame.sentence(Self.worker, during: nil, lastWords: nil) == Self.worker.description)
        #expect(Blame.sentence(Self.worker, during: .stop, lastWords: nil) == "stop-and-continue: \(Self.worker)")
        #expect(Blame.sentence(Self.need, during: nil, lastWords: nil) == "the harness: a port is missing")
        #expect(Blame.sentence(Self.need, during: .stop, lastWords: nil) == "the harness: stop-and-continue: a port is missing")
    }

    @Test func `What is stored and cannot be read is Tuesday's, whatever else PostgreSQL says when a run is judged is not`() {
        for failure in [
            PostgresFailure(.other, "invalid input syntax for type json", sqlState: "22P02"),
            PostgresFailure(.decode, "column 3 is null; read it as optional"),
        ] {
            #expect(Blame.sentence(failure, during: nil, lastWords: nil) == "I2: what is stored cannot be read: \(failure)")
            #expect(Blame.sentence(failure, during: .stop, lastWords: nil) == "stop-and-continue: \(failure)")
        }
        for failure in [
            PostgresFailure(.unavailable, "the server stops", sqlState: "57P01"),
            PostgresFailure(.statementTimeout, "canceled", sqlState: "57014"),
            PostgresFailure(.syntaxOrAccess, "no such table", sqlState: "42P01"),
        ] {
            #expect(Blame.sentence(failure, during: nil, lastWords: nil) == "the harness: \(failure)")
        }
    }

    @Test func `Whatever fails once the brokers' process has ended is nobody's fault`() {
        for error in [Self.worker, Self.need] as [any Error] {
            for act in [nil, Fault.stop] {
                let sentence = Blame.sentence(error, during: act, lastWords: "Assertion failed")
                #expect(sentence == "the harness: the brokers' process ended by itself: Assertion failed")
            }
        }
    }

    @Test func `What was found beside the end of the brokers is broken, and told first`() {
        let brokers = Blame.sentence(Self.worker, during: nil, lastWords: "Assertion failed")
        var outcome = Run.Outcome(plan: RunPlan(seed: 1), violations: [brokers])
        #expect(outcome.isUndecided)
        outcome.violations.append("I1: a request came of two submissions")
        #expect(!outcome.isUndecided)
        #expect(outcome.breaches == ["I1: a request came of two submissions"])
        #expect(outcome.sentences == ["I1: a request came of two submissions", brokers])
        outcome.evidence = "/tmp/e"
        #expect(outcome.sentences[1].contains("/tmp/e"))
        #expect(outcome.breaches.count == 1)
    }
}

/// What a judgement tells that could not be made in all its parts.
struct JudgementTests {
    private static let unreadable = PostgresFailure(.other, "invalid input syntax for type json", sqlState: "22P02")
    private static let away = HarnessFailure("the server was away")

    private static func collected(_ parts: [() async throws -> [String]]) async throws -> [String] {
        try await Checker.collected(parts) { "the harness: \($0)" }
    }

    @Test func `What one part cannot read is found, and keeps no other from being judged`() async throws {
        let found = try await Self.collected([
            { ["I1: before"] }, { throw Self.unreadable }, { throw ScenarioFailure("I3: an unknown type") }, { ["I4: after"] },
        ])
        #expect(
            found == [
                "I1: before", "I2: what is stored cannot be read: \(Self.unreadable)", "I3: an unknown type", "I4: after",
            ])
    }

    @Test func `What was found is told although the harness could not go on`() async throws {
        let found = try await Self.collected([{ ["I1: before"] }, { throw Self.away }, { ["I4: not asked"] }])
        #expect(found == ["I1: before", "the harness: the server was away"])
    }

    @Test func `Where nothing was found out about Tuesday, what the harness lacked is thrown`() async throws {
        await #expect(throws: HarnessFailure.self) { try await Self.collected([{ [] }, { throw Self.away }]) }
        await #expect(throws: HarnessFailure.self) {
            try await Self.collected([{ ["the harness: did not read all"] }, { throw Self.away }])
        }
    }
}

/// What is judged although the log was never read to its end.
struct UndoneTests {
    @Test func `A submission that nobody read is not missed, and what was made of others is judged all the same`() {
        let sent = [
            "good": Arrivals.Sent(isCertain: true, isAcceptable: true), "bad": .init(isCertain: true, isAcceptable: false),
        ]
        #expect(Arrivals.problems(sent, requests: [], refused: [], isDone: false) == [])
        #expect(Arrivals.problems(sent, requests: [], refused: []).count == 2)
        for (requests, refused) in [(["good", "good"], []), (["bad"], []), (["stranger"], []), ([], ["good"])] {
            let rows = requests.map { Arrivals.Row(source: $0) }
            #expect(Arrivals.problems(sent, requests: rows, refused: refused, isDone: false).count == 1)
        }
    }

    @Test func `A message that its topic never got is not missed, and what it got is judged all the same`() {
        let committed = Publications.Committed(key: [1], value: [2])
        let seen = TopicReader.Seen(count: 1, key: [1], value: [3], headers: [], firstPlace: 0)
        #expect(Publications.problems(.requests, committed: ["a": committed], seen: [:], isDone: false) == [])
        #expect(Publications.problems(.requests, committed: ["a": committed], seen: [:]).count == 1)
        #expect(Publications.problems(.requests, committed: ["a": committed], seen: ["a": seen], isDone: false).count == 1)
        #expect(Publications.problems(.requests, committed: [:], seen: ["a": seen], isDone: false).count == 1)
    }

    @Test func `An answer that follow-up has not heard of is not missed, and what it told is judged all the same`() {
        var promise = Answers.Promise(request: "a", epoch: 0, isAnswered: true, isStanding: true, keptBy: nil)
        let message = Answers.Message(request: "a", recipient: "resident", by: "7")
        #expect(Answers.problems([promise], told: [], isDone: false) == [])
        #expect(Answers.problems([promise], told: [message], isDone: false).count == 1)
        promise.keptBy = "7"
        #expect(Answers.problems([promise], told: [message], isDone: false) == [])
        #expect(Answers.problems([promise], told: [message, message], isDone: false).count == 1)
    }
}
