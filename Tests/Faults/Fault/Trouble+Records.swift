import Chance
import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import TestSupport

/// Trouble with what is on the topics.
extension Trouble {
    /// Fills every partition of the requests topic beyond what the brokers keep, while nobody reads.
    ///
    /// A record may be as large as it likes: blanks after the JSON are no content.
    func truncate(_ random: inout SeededRandom) async throws {
        // Those who read stop first, so that there is something they have not read.
        let intakes = installation.slots(of: "tuesday-intake")
        for slot in installation.slots where slot.program != "tuesday-intake" { slot.signal(SIGSTOP) }
        try await sleep(random.between(100, 500))
        for slot in intakes { slot.signal(SIGSTOP) }
        defer { for slot in installation.slots { slot.signal(SIGCONT) } }
        // Seen by the harness, so that only the workers miss it.
        let all = try await installation.topics.ends()
        try await installation.topics.awaitRead(to: all)
        let ends = all.filter { $0.key.topic == Topic.requests.rawValue && $0.value > 0 }
        guard !ends.isEmpty else { return }
        let blanks = [UInt8](repeating: 0x20, count: 900_000)
        guard let (event, body) = try await oneEvent() else { return }
        for partition in ends.keys {
            for _ in 0..<7 {
                _ = try await installation.producer.send([
                    KafkaMessage(
                        topic: partition.topic, partition: partition.partition, key: event.key, value: body + blanks,
                        headers: event.headers.map { KafkaHeader($0.name, $0.value) })
                ])
            }
        }
        let missed = try await LaneMiss.all(in: installation)
        if missed.isEmpty { throw HarnessFailure("the brokers dropped nothing that a lane had not read") }
        self.missed.withLock { $0 = missed }
        cover("truncated - \(ends.count)-partitions")
    }

    /// Every lane that missed records stands still, and asks for it, until an operator recovers them.
    func recoverLanes() async throws {
        let missed = missed.withLock { missed in
            defer { missed = [] }
            return missed
        }
        guard !missed.isEmpty else { return }
        let groups = Set(missed.map(\.group))
        for group in groups.sorted() {
            let readers = installation.slots(of: group)
            try await eventually("\(group) asks for `tuesday lanes recover`", within: .seconds(60)) {
                for slot in readers
                where await HTTP.readiness(slot.adminPort)?.text.contains("tuesday lanes recover") == true { return true }
                return false
            }
        }
        if let skipped = try await LaneMiss.skipped(missed, in: installation).first { throw ScenarioFailure(skipped) }
        _ = try await installation.tuesday("lanes", "recover")
    }

    private func oneEvent() async throws -> (OutgoingMessage, [UInt8])? {
        try await installation.ask { connection in
            let rows = try await connection.query("select request_id, seq, type, at, body from tuesday.event limit 1")
            return try rows.first.map { row in
                let body = try row.utf8(4)
                return (
                    RequestEventRecord.message(
                        request: RequestID(try row.uuid(0)), seq: try row.int32(1),
                        type: EventType(rawValue: try row.int16(2))!, at: Instant(microseconds: try row.timestamp(3)),
                        body: body, laneSeq: 0), body
                )
            }
        }
    }

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
        // What nobody had read is gone with the brokers; who sent it has kept it.
        let arrived = try await installation.arrivedByTopic()
        let lost = history.certainMessages.filter { !arrived.contains($0.key) }
        await GatewaySubmission.send(lost.map(\.value), of: lost.map { ($0.key, $0.value) }, installation, history)
        cover("\(fault.rawValue) sent-again gateways", lost.count)
    }

    /// One record of which every handler dies, until each group has set it aside.
    func killHandlers(_ random: inout SeededRandom) async throws {
        let readers = installation.slots.filter { $0.program != "tuesday-intake" }
        for slot in readers { slot.arm("deadly=\(History.deadly)", planted: planted) }
        let started = readers.map(\.startedCount).reduce(0, +)
        let message = KafkaMessage(
            topic: Topic.requests.rawValue, partition: Int32(random.below(Installation.partitions)),
            key: Array("\(UUID())".utf8), value: Array("\(History.deadly) \(random.next())".utf8),
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
