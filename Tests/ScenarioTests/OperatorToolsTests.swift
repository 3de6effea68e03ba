import Contracts
import Foundation
import KafkaClient
import PostgresClient
import TestSupport
import Testing

/// What operators do to a Tuesday that runs, with the programs as they are shipped.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct OperatorToolsTests {
    @Test
    func deadLettersAreReplayedTwiceAtOnceWhileWorkersRun() async throws {
        try await Scenario.run { scenario in
            let workers = try await scenario.start()
            try await scenario.send(Submissions.invented(300, channel: "letters"))
            try await eventually("all are requests") {
                try await scenario.count("select count(*) from tuesday.request") == 300
            }
            try await scenario.awaitQuiet(within: .seconds(180))
            let ids = try await scenario.texts("select id::text from tuesday.request order by random() limit 15")
            try await scenario.send(
                ids.map { id in
                    KafkaMessage(
                        topic: Topic.requests.rawValue, key: Array(id.utf8), value: [1],
                        headers: [KafkaHeader("ce_type", "tuesday.request.odd")])
                })
            try await scenario.send([KafkaMessage(topic: Topic.submissions.rawValue, key: nil, value: Array("{".utf8))])
            try await eventually("three groups park 15 requests, and intake cannot read a submission") {
                try await scenario.count("select count(*) from tuesday.dead_letter where state = 'open'") == 46
            }
            #expect(try await scenario.count("select count(*) from tuesday.parked") == 45)
            // What happens to the requests now waits for the letters.
            for id in ids { try await scenario.withdraw(id) }
            try await scenario.send(Submissions.invented(200, channel: "during"))

            async let one = scenario.tuesday("deadletters", "replay", "--all", "--topic", Topic.requests.rawValue)
            async let other = scenario.tuesday("deadletters", "replay", "--all", "--topic", Topic.requests.rawValue)
            let said = try await [one, other].joined()
            #expect(said.components(separatedBy: "leave once more").count - 1 == 45)
            let list = try await scenario.tuesday("deadletters", "list", "--json")
            let letter = try #require(list.firstMatch(of: /"id" : "([0-9]+-[0-9]+)"/)).output.1
            #expect(try await scenario.tuesday("deadletters", "show", String(letter), "--value").contains("malformed"))
            #expect(try await scenario.count("select count(*) from personal.access where dead_letter is not null") == 1)
            await #expect(throws: ScenarioFailure.self) {
                try await scenario.tuesday("deadletters", "replay", String(letter))
            }
            try await scenario.tuesday(
                "deadletters", "discard", String(letter), "--because", "its sender sent it again", "--yes")

            try await eventually("the rest is accepted") {
                try await scenario.count("select count(*) from tuesday.request") == 500
            }
            try await scenario.awaitQuiet(within: .seconds(180))
            #expect(try await scenario.count("select count(*) from tuesday.parked") == 0)
            #expect(try await scenario.count("select count(*) from tuesday.dead_letter where state = 'open'") == 0)
            // Follow-up has seen of every withdrawal that nothing is promised any more.
            try await eventually("no withdrawn request has a live deadline") {
                try await scenario.count(
                    "select count(*) from tuesday.deadline d join tuesday.request r on r.id = d.request_id where r.state = 7 and d.next_at is not null")
                    == 0
            }
            try await scenario.tuesday("report", "--recompute")
            #expect(try await scenario.tuesday("verify").contains("All is well"))
            for worker in workers { try await worker.stop() }
        }
    }

    @Test
    func aDeadLetterTooLargeToProduceLeavesWithoutItsValueAndIsPublishedAgain() async throws {
        try await Scenario.run { scenario in
            let workers = try await scenario.start(["tuesday-intake"])
            let large = try KafkaProducer(
                settings: ["bootstrap.servers": scenario.bootstrapServers, "message.max.bytes": "1048576"])
            let value = [UInt8](repeating: UInt8(ascii: "x"), count: 999_900)
            let sent = try await large.send([KafkaMessage(topic: Topic.submissions.rawValue, key: nil, value: value)])
            for case .failed(let error) in sent { throw error }
            await large.close(timeoutMilliseconds: 5_000)
            try await eventually("the letter is published") {
                try await scenario.count("select count(*) from tuesday.lane where lane_seq > 0 and published_through = lane_seq and partition >= 0") == 1
            }
            #expect(try await scenario.count("select octet_length(value) from tuesday.dead_letter") == 999_900)
            let said = try await scenario.tuesday("topics", "rebuild")
            #expect(said.contains("1 dead letters published again"))
            let letters = try await scenario.records(of: .deadLetters)
            #expect(letters.count == 2)
            for letter in letters {
                #expect(letter.value == nil)
                #expect(letter.header(DeadLetterRecord.omittedHeader) == "value")
                #expect(letter.header("tuesday-dlq-reason") == "malformed")
            }
            for worker in workers { try await worker.stop() }
        }
    }

    @Test
    func submissionsWithoutAnyKeyAreKnownAgainWhenLanesAreRecovered() async throws {
        try await Scenario.run { scenario in
            var workers = try await scenario.start(["tuesday-intake"])
            let messages = Submissions.invented(60, channel: "keyless").enumerated().map { number, submission in
                var submission = submission
                submission.sourceID = nil
                // A third of the senders speak CloudEvents, and a few say the same.
                if number % 10 == 9 { submission.subject = "the same"; submission.description = "the same" }
                return KafkaMessage(
                    topic: Topic.submissions.rawValue, key: nil, value: SubmissionRecord.body(of: submission),
                    headers: number % 3 == 0
                        ? [KafkaHeader("ce_source", "/scenario"), KafkaHeader("ce_id", "\(number)")] : [])
            }
            try await scenario.send(messages)
            try await scenario.awaitRequests(60)
            // A lane at rest may take a minute to notice that it was put back; a new worker does not.
            for worker in workers { try await worker.stop() }
            #expect(try await scenario.tuesday("lanes", "recover", "--all").contains("lanes put back"))
            workers = try await scenario.start(["tuesday-intake"])
            try await eventually("intake has read everything again") {
                try await scenario.count(
                    "select sum(next_offset)::int from tuesday.lane where topic = '\(Topic.submissions.rawValue)'") == 60
            }
            #expect(try await scenario.count("select count(*) from tuesday.request") == 60)
            #expect(try await scenario.count("select count(*) from tuesday.refusal") == 0)
            for worker in workers { try await worker.stop() }
        }
    }

    @Test
    func movesNameTheFirstAPIKeyOfTheSettings() async throws {
        try await Scenario.run { scenario in
            let workers = try await scenario.start(["tuesday-intake"], settings: ["TUESDAY_API_KEYS": "one,two"])
            try await scenario.send(Submissions.invented(1, channel: "keys"))
            try await eventually("it is a request") {
                try await scenario.count("select count(*) from tuesday.request") == 1
            }
            let id = try #require(try await scenario.texts("select id::text from tuesday.request").first)
            let withdraw = ["request", "withdraw", id, "--as", "resident", "--url", scenario.url]
            for key in [nil, "three"] {
                let error = await #expect(throws: ScenarioFailure.self) {
                    try await scenario.run("tuesday", withdraw, settings: key.map { ["TUESDAY_API_KEYS": $0] } ?? [:])
                }
                #expect(error?.description.contains("TUESDAY_API_KEYS_FILE") == true)
            }
            try await scenario.run("tuesday", withdraw, settings: ["TUESDAY_API_KEYS": "two,three"])
            #expect(try await scenario.count("select count(*) from tuesday.request where state = 7") == 1)
            for worker in workers { try await worker.stop() }
        }
    }
}

extension Scenario {
    func texts(_ sql: String) async throws -> [String] {
        try await pool.withConnection { try await $0.query(PostgresStatement(unprepared: sql)).map { try $0.string(0) } }
    }

    /// Returns when the broker has them all.
    func send(_ messages: [KafkaMessage]) async throws {
        for delivery in try await producer.send(messages) {
            if case .failed(let error) = delivery { throw error }
        }
    }

    /// The resident takes the request back.
    func withdraw(_ id: String) async throws {
        try await tuesday("request", "withdraw", id, "--as", "resident", "--url", url)
    }
}
