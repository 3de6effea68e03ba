import Synchronization
import Testing

@testable import KafkaClient

/// Questions to a partition's leader that is away. None is a task's child, which a test would wait for.
@Suite(.timeLimit(.minutes(2)), .enabled(if: !Broker.isReal)) struct LostLeaderTests {
    private struct Partition {
        let embedded: EmbeddedBroker
        let settings: KafkaSettings
        let partition: KafkaPartition
        let consumer: KafkaConsumer
    }

    /// Ten records of which the first of three brokers is the leader, and a consumer that has asked it where they end. The
    /// second coordinates the group.
    private func ledByTheFirst() async throws -> Partition {
        let embedded = try EmbeddedBroker(brokers: 3)
        let broker = Broker(settings: ["bootstrap.servers": embedded.bootstrapServers], embedded: embedded)
        let topic = try await broker.topic()
        let producer = try broker.producer()
        _ = try await producer.send(numbered(topic, 0..<10))
        await producer.close(timeoutMilliseconds: 5_000)
        try embedded.setLeader(of: topic, partition: 0, broker: 1)
        try embedded.setCoordinator(ofGroup: "group-of-\(topic)", broker: 2)
        let consumer = try broker.consumer(topic, group: "group-of-\(topic)")
        let partition = try await consumer.nextAssignment()[0]
        #expect(try await consumer.watermarks(partition, timeoutMilliseconds: 10_000) == (0, 10))
        return Partition(embedded: embedded, settings: broker.settings, partition: partition, consumer: consumer)
    }

    /// Asks beside the test: its answer's end, or the name of its error; nil when there is none long after its time.
    private func outcome(_ question: @escaping @Sendable () async throws -> Int64?) async -> String? {
        let found = Mutex<String?>(nil)
        let answered = Latch()
        Task {
            let outcome: String
            do { outcome = try await question().map { "\($0)" } ?? "nothing" } catch {
                outcome = (error as? KafkaError)?.name ?? "\(error)"
            }
            found.withLock { $0 = outcome }
            answered.open()
        }
        await answered.wait(milliseconds: 30_000)
        return found.withLock { $0 }
    }

    /// What librdkafka asks a broker that is away it asks for ever, as long as the state of any broker changes.
    private func stir(_ embedded: EmbeddedBroker) throws {
        for isReachable in [false, true, false, true] { try embedded.setReachable(isReachable, broker: 3) }
    }

    @Test(arguments: [false, true])
    func `Whoever asks a leader that is away where a partition ends is told so in time`(isConnected: Bool) async throws {
        let lost = try await ledByTheFirst()
        if isConnected {
            try lost.embedded.setRoundTrip(milliseconds: 120_000, broker: 1)
        } else {
            try lost.embedded.setReachable(false, broker: 1)
        }
        try stir(lost.embedded)
        let (consumer, partition) = (lost.consumer, lost.partition)
        let admin = KafkaAdmin(settings: lost.settings, timeoutMilliseconds: 1_000)
        async let ofConsumer = outcome { try await consumer.watermarks(partition, timeoutMilliseconds: 1_000).high }
        async let ofAdmin = outcome { try await admin.watermarks(topics: [partition.topic])[partition]?.high }
        async let ofLag = outcome { try await admin.groupLag(group: "nobody", topics: [partition.topic])[partition]?.high }
        async let ofRecord = outcome { try await admin.record(of: partition, at: 3)?.offset }
        for outcome in await [ofConsumer, ofAdmin, ofLag, ofRecord] {
            #expect(["_TIMED_OUT", "_TRANSPORT", "_ALL_BROKERS_DOWN"].contains(outcome))
        }
        await consumer.close(timeoutMilliseconds: 5_000)
    }

    @Test func `Whoever asks goes to the leader that took over from one that is gone`() async throws {
        let lost = try await ledByTheFirst()
        try lost.embedded.setReachable(false, broker: 1)
        try lost.embedded.setLeader(of: lost.partition.topic, partition: 0, broker: 2)
        try stir(lost.embedded)
        let (consumer, partition) = (lost.consumer, lost.partition)
        #expect(await outcome { try await consumer.watermarks(partition, timeoutMilliseconds: 10_000).high } == "10")
        let admin = KafkaAdmin(settings: lost.settings)
        #expect(await outcome { try await admin.watermarks(topics: [partition.topic])[partition]?.high } == "10")
        await consumer.close(timeoutMilliseconds: 5_000)
    }

    @Test func `A consumer that is closed does not wait for an answer that never comes`() async throws {
        let lost = try await ledByTheFirst()
        try lost.embedded.setReachable(false, broker: 1)
        let (consumer, partition) = (lost.consumer, lost.partition)
        let asked = Latch()
        Task {
            asked.open()
            _ = try? await consumer.watermarks(partition, timeoutMilliseconds: 1_000)
        }
        await asked.wait(milliseconds: 30_000)
        // Longer than the test waits: what is seen is the end itself, not a wait for it that was given up.
        #expect(await outcome { await consumer.close(timeoutMilliseconds: 110_000); return nil } == "nothing")
    }
}
