import Chance
import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import TestSupport

/// Records that the brokers no longer have when somebody wants to read them.
extension Trouble {
    /// More than the brokers keep of a partition: so many records, each with so many blanks, which are no content after JSON.
    private static let filling = (records: 7, blanks: 900_000)

    /// Fills every partition of one topic or both beyond what the brokers keep, while nobody reads.
    func truncate(turn: UInt64, _ random: inout SeededRandom) async throws {
        let filled: [Topic] = [[.requests], [.submissions], [.requests, .submissions]][random.below(3)]
        let name = "filling-\(random.next())"
        // Those who read stop first, so that there is something they have not read.
        let intakes = installation.slots(of: "tuesday-intake")
        for slot in installation.slots where slot.program != "tuesday-intake" { slot.signal(SIGSTOP) }
        try await sleep(random.between(100, 500))
        for slot in intakes { slot.signal(SIGSTOP) }
        defer { for slot in installation.slots { slot.signal(SIGCONT) } }
        // Seen by the harness, so that only the workers miss it.
        let all = try await installation.topics.ends()
        try await installation.topics.awaitRead(to: all)
        for (partition, end) in all.sorted(by: { ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition) }) {
            let chance = random.next()
            switch Topic(rawValue: partition.topic) {
            case .requests? where filled.contains(.requests) && end > 0: try await fillWithEvents(partition, chance)
            case .submissions? where filled.contains(.submissions): try await fillWithSubmissions(partition, name)
            default: break
            }
        }
        let missed = try await LaneMiss.all(in: installation)
        if missed.isEmpty { throw HarnessFailure("the brokers dropped nothing that a lane had not read") }
        self.missed.withLock { $0 = (missed, turn) }
        for miss in missed { cover("truncated \(miss.topic) \(miss.group)") }
    }

    private func fillWithEvents(_ partition: KafkaPartition, _ chance: UInt64) async throws {
        let event = try await anEvent(chance: chance)
        for _ in 0..<Self.filling.records {
            _ = try await installation.producer.send([
                KafkaMessage(
                    topic: partition.topic, partition: partition.partition, key: event.key,
                    value: (event.value ?? []) + [UInt8](repeating: 0x20, count: Self.filling.blanks),
                    headers: event.headers.map { KafkaHeader($0.name, $0.value) })
            ])
        }
    }

    private func fillWithSubmissions(_ partition: KafkaPartition, _ name: String) async throws {
        for number in 0..<Self.filling.records {
            let source = "\(name)-\(partition.partition)-\(number)"
            let message = GatewaySubmission.message(source, body: number)
            var filling = message
            filling.partition = partition.partition
            filling.value = (message.value ?? []) + [UInt8](repeating: 0x20, count: Self.filling.blanks)
            await GatewaySubmission.send([filling], of: [(source, message)], installation, history)
        }
    }

    /// Every lane that missed records stands still, and asks for it, until an operator recovers them.
    func recoverLanes() async throws {
        let (missed, turn) = missed.withLock { missed in
            defer { missed.lanes = [] }
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
        let (verb, words) = ("lanes-recover", ["lanes", "recover"])
        await killTool(verb, words, at: Sites.ofTool(verb, turn: turn))
        try await confuseTool(verb, words, turn: turn) { try await operate(words, isAlone: true) }
        if groups.contains(ConsumerGroup.intake.rawValue) { try await sendLostAgain(.truncated) }
    }

    /// What nobody had read is gone from the brokers; who sent it has kept it.
    func sendLostAgain(_ fault: Fault) async throws {
        let arrived = try await installation.arrivedByTopic()
        let lost = history.certainMessages.filter { !arrived.contains($0.key) }
        await GatewaySubmission.send(lost.map(\.value), of: lost.map { ($0.key, $0.value) }, installation, history)
        cover("sent-again \(fault.rawValue) gateways", lost.count)
    }
}
