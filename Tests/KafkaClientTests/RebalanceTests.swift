import Synchronization
import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(2))) struct RebalanceTests {
    /// What a group has applied: the next offset per partition, as a database would hold it.
    final class Ledger: Sendable {
        private struct State {
            var next: [KafkaPartition: Int64] = [:]
            var gaps: [String] = []
            var assignments: [String: [KafkaPartition]] = [:]
        }
        private let state = Mutex(State())

        func next(_ partition: KafkaPartition) -> Int64 { state.withLock { $0.next[partition] ?? 0 } }
        var total: Int64 { state.withLock { $0.next.values.reduce(0, +) } }
        var gaps: [String] { state.withLock { $0.gaps } }
        func partitions(of member: String) -> [KafkaPartition]? { state.withLock { $0.assignments[member] } }
        func assign(_ partitions: [KafkaPartition], to member: String) {
            state.withLock { $0.assignments[member] = partitions }
        }

        func apply(_ records: [KafkaRecord], _ partition: KafkaPartition) {
            state.withLock { state in
                for record in records {
                    let next = state.next[partition] ?? 0
                    if record.offset > next { state.gaps.append("\(partition): \(record.offset) after \(next)") }
                    state.next[partition] = max(next, record.offset + 1)
                }
            }
        }
    }

    /// A worker in small: starts what it is assigned where the ledger stands, reads it, grants revocations when its
    /// readers are done.
    private func work(_ consumer: KafkaConsumer, _ member: String, _ ledger: Ledger) async throws {
        var readers: [Task<Void, any Error>] = []
        for await event in consumer.assignments {
            switch event {
            case .assigned(let partitions, _):
                ledger.assign(partitions, to: member)
                readers = partitions.map { partition in
                    Task {
                        try await consumer.start(partition, at: ledger.next(partition))
                        while let records = try await consumer.nextBatch(
                            of: partition, maximumRecords: 50, maximumBytes: 1 << 20)
                        { ledger.apply(records, partition) }
                    }
                }
            case .revoked(_, let done):
                for reader in readers { _ = await reader.result }
                ledger.assign([], to: member)
                done()
            case .lost:
                for reader in readers { _ = await reader.result }
                ledger.assign([], to: member)
            case .failed(let error, let partition): Issue.record("\(member): \(error) \(String(describing: partition))")
            }
        }
        for reader in readers { _ = await reader.result }
    }

    @Test("Two consumers share the partitions, one leaves, and nothing is skipped")
    func sharing() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 4)
        let group = "group-of-\(topic)"
        let ledger = Ledger()
        let producer = try broker.producer()
        @Sendable func produce(_ range: Range<Int>) async throws {
            for partition in 0..<4 { _ = try await producer.send(numbered(topic, range, partition: Int32(partition))) }
        }
        @Sendable func await_(_ what: String, _ fact: @escaping @Sendable () -> Bool) async throws {
            try await within(seconds: 60, what) {
                while !fact() { try await Task.sleep(for: .milliseconds(5)) }
            }
        }
        try await produce(0..<2000)
        let first = try broker.consumer(topic, group: group)
        let firstWork = Task { try await work(first, "first", ledger) }
        try await await_("the first consumer's share") { ledger.partitions(of: "first")?.count == 4 && ledger.total > 0 }
        let second = try broker.consumer(topic, group: group)
        let secondWork = Task { try await work(second, "second", ledger) }
        try await produce(2000..<4000)
        try await await_("an even share") {
            ledger.partitions(of: "first")?.count == 2 && ledger.partitions(of: "second")?.count == 2
        }
        try await produce(4000..<6000)
        try await await_("all records so far") { ledger.total == 4 * 6000 }
        await first.close(timeoutMilliseconds: 10_000)
        try await firstWork.value
        try await produce(6000..<7000)
        try await await_("the second consumer to take everything over") {
            ledger.partitions(of: "second")?.count == 4 && ledger.total == 4 * 7000
        }
        #expect(ledger.gaps == [])
        await second.close(timeoutMilliseconds: 10_000)
        try await secondWork.value
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("A revocation nobody answers is granted at its deadline")
    func unanswered() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 2)
        let limits = KafkaConsumerLimits(revocationTimeoutMilliseconds: 300)
        let silent = try broker.consumer(topic, group: "group-of-\(topic)", limits: limits)
        #expect(try await silent.nextAssignment().count == 2)
        let other = try broker.consumer(topic, group: "group-of-\(topic)")
        #expect(try await other.nextAssignment().count == 1)
        await silent.close(timeoutMilliseconds: 10_000)
        await other.close(timeoutMilliseconds: 10_000)
    }
}
