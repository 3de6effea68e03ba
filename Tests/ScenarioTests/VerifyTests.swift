import Contracts
import KafkaClient
import TestSupport
import Testing

/// `tuesday verify` beside a Tuesday at work, and against a Kafka that says something else.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct VerifyTests {
    @Test
    func nothingIsBlamedWhileEverythingIsAtWork() async throws {
        try await Scenario.run { scenario in
            let workers = try await scenario.start(copies: 2)
            async let sending: Void = {
                for part in 0..<8 { try await scenario.send(Submissions.invented(500, channel: "load-\(part)")) }
            }()
            for number in 0..<4 {
                if number > 0 {
                    for id in try await scenario.texts("select id::text from tuesday.request where state = 2 order by random() limit 3") {
                        try await scenario.withdraw(id)
                    }
                }
                #expect(try await scenario.tuesday("verify", "--wait", "\(number * 3)").contains("All is well"))
            }
            try await sending
            try await scenario.awaitQuiet(within: .seconds(180))
            try await eventually("every group has read everything, and every rule is looked at") {
                try await scenario.tuesday("verify", "--wait", "30").contains("All is well.")
            }
            for worker in workers { try await worker.stop() }
        }
    }

    @Test
    func lanesAreComparedWithKafka() async throws {
        try await Scenario.run { scenario in
            let workers = try await scenario.start()
            try await scenario.send(Submissions.invented(100, channel: "lanes"))
            try await eventually("all are requests") {
                try await scenario.count("select count(*) from tuesday.request") == 100
            }
            try await scenario.awaitQuiet(within: .seconds(120))
            for worker in workers { try await worker.stop() }

            let unanswered = try await scenario.outcome(
                "tuesday", ["verify"], settings: ["TUESDAY_KAFKA_BOOTSTRAP": "127.0.0.1:1"])
            #expect(unanswered.status == 69 && unanswered.text.contains("Kafka does not answer"), "\(unanswered)")
            let lane = "id = (select min(id) from tuesday.lane where consumer_group = 'tuesday-stats' and next_offset > 20)"
            let damages = [
                ("next_offset = 2", "no offset is committed to Kafka before its effects"),
                ("next_offset = 1000000", "a lane stands where its partition has it"),
            ]
            for (damage, rule) in damages {
                _ = try await scenario.texts("update tuesday.lane set \(damage) where \(lane) returning ''")
                let found = try await scenario.outcome("tuesday", ["verify", "--wait", "0"])
                #expect(found.status == 1 && found.text.contains("\(rule): lane "), "status \(found.status): \(found.text)")
            }
            #expect(try await scenario.tuesday("verify", "--no-kafka").contains("rules were not looked at"))
        }
    }
}
