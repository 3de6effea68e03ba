import Chance
import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import TestSupport

/// Trouble with what is on the topics.
extension Trouble {
    /// Records that no handler can read, on both topics that workers read.
    func poison(_ random: inout SeededRandom) async throws {
        let kinds: [(String, [UInt8]?)] = [
            ("absent", nil), ("empty", []), ("no-text", [0xFF, 0xFE, 0x00]), ("unfinished", Array("{".utf8)),
            ("no-members", Array("{}".utf8)), ("long", Array(repeating: 0x41, count: 20_000)),
            ("deep", Array(repeating: 0x5B, count: 5_000)), ("another-type", Array(#"{"village":7,"service":[]}"#.utf8)),
        ]
        for _ in 0..<3 {
            for topic in [Topic.submissions, .requests] {
                for (name, value) in kinds {
                    let message = KafkaMessage(
                        topic: topic.rawValue, key: Array("poison-\(random.below(1_000))".utf8), value: value,
                        headers: random.below(2) == 0 ? [] : [KafkaHeader("ce_type", "tuesday.request.unknown")])
                    // What is not delivered is not there to be read.
                    guard case .delivered? = try? await installation.producer.send([message]).first else { continue }
                    cover("poison \(name) \(topic.rawValue)")
                    try await sleep(random.between(0, 60))
                }
            }
        }
    }

    /// Every topic is empty, and an operator does what the runbook says.
    func replaceBrokers(_ fault: Fault) async throws {
        let isTakenForTheSame = fault == .topicRecreated
        // Who has read nothing yet misses nothing.
        try await eventually("every group that reads events has read some", within: .seconds(40)) {
            try await installation.count(
                """
                select count(distinct consumer_group)
                from tuesday.lane
                where partition >= 0 and next_offset > 0 and consumer_group <> '\(ConsumerGroup.intake.rawValue)'
                """) == 3
        }
        try await installation.replaceBrokers(isTakenForTheSame: isTakenForTheSame)
        cover("\(fault.rawValue) - brokers")
        let verb = isTakenForTheSame ? "tuesday lanes recover" : "tuesday topics rebuild"
        let readers = installation.slots.filter { $0.program != "tuesday-intake" }
        try await eventually("somebody asks for `\(verb)`", within: .seconds(40)) {
            for slot in readers where await HTTP.readiness(slot.adminPort)?.text.contains(verb) == true { return true }
            return false
        }
        if isTakenForTheSame {
            _ = try await installation.tuesday("lanes", "recover")
        } else {
            _ = try await installation.tuesday("topics", "rebuild")
        }
        try await sendLostAgain(fault)
    }

    /// One record of which every handler dies, until each group has set it aside.
    func killHandlers(_ random: inout SeededRandom) async throws {
        let readers = installation.slots.filter { $0.program != "tuesday-intake" }
        for slot in readers { slot.arm("deadly=\(History.deadly)", planted: planted) }
        let started = readers.map(\.startedCount).reduce(0, +)
        let message = KafkaMessage(
            topic: Topic.requests.rawValue, partition: Int32(random.below(Installation.partitions)),
            key: Array("deadly-\(random.next())".utf8),
            value: Array("\(History.deadly) \(random.next())".utf8),
            headers: [KafkaHeader("ce_type", "tuesday.request.received")])
        let before = try await crashes()
        for case .failed(let error) in try await installation.producer.send([message]) { throw error }
        try await eventually("three groups set the deadly record aside", within: .seconds(280)) {
            // The database answers: nothing is wrong with it.
            try await crashes() >= before + 3
        }
        cover("crash-loop deaths readers", readers.map(\.startedCount).reduce(0, +) - started)
    }

    private func crashes() async throws -> Int {
        try await installation.count("select count(*) from tuesday.dead_letter where reason = 'handler_crash'")
    }

    /// Records that nobody understands park some requests; two operators let them go on at the same moment.
    func replayLetters(_ random: inout SeededRandom) async throws {
        let ids = try await installation.texts("select id::text from tuesday.request order by accepted_at desc limit 8")
        guard !ids.isEmpty else { return }
        let messages = ids.map { id in
            KafkaMessage(
                topic: Topic.requests.rawValue, key: Array(id.utf8), value: [1],
                headers: [KafkaHeader("ce_type", "tuesday.request.odd")])
        }
        for case .failed(let error) in try await installation.producer.send(messages) { throw error }
        let open = """
            select count(*)
            from tuesday.dead_letter
            where state = 'open' and request_id = any('{\(ids.joined(separator: ","))}'::uuid[])
            """
        try await eventually("three groups park \(ids.count) requests", within: .seconds(40)) {
            try await installation.count(open) == 3 * ids.count
        }
        try await sleep(random.between(200, 900))
        // Again only where something else is wrong as well: a replay that fails is repeated.
        try await eventually("two operators have replayed every letter", within: .seconds(30)) {
            async let one: Void = replayAll()
            async let other: Void = replayAll()
            _ = await (one, other)
            return try await installation.count(open) == 0
        }
        cover("letters-replayed - letters", 3 * ids.count)
    }

    /// Letters about no request stay, and make the tool fail.
    private func replayAll() async {
        _ = try? await installation.tuesday("deadletters", "replay", "--all", "--topic", Topic.requests.rawValue)
    }
}
