import Synchronization
import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(2))) struct ConsumerTests {
    /// A topic with `count` numbered records in partition 0, and a consumer that was assigned it.
    private func assigned(
        _ count: Int, padding: Int = 0, limits: KafkaConsumerLimits = .init(), _ extra: KafkaSettings = [:]
    ) async throws -> (broker: Broker, consumer: KafkaConsumer, partition: KafkaPartition) {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer()
        for start in stride(from: 0, to: count, by: 1000) {
            _ = try await producer.send(numbered(topic, start..<min(count, start + 1000), padding: padding))
        }
        await producer.close(timeoutMilliseconds: 5000)
        let consumer = try broker.consumer(topic, limits: limits, extra)
        return (broker, consumer, try await consumer.nextAssignment()[0])
    }

    @Test("Watermarks are found where the leader went, although nothing was fetched that would have told")
    func movedLeader() async throws {
        let embedded = try EmbeddedBroker(brokers: 3)
        let broker = Broker(settings: ["bootstrap.servers": embedded.bootstrapServers], embedded: embedded)
        let topic = try await broker.topic()
        let producer = try broker.producer()
        _ = try await producer.send(numbered(topic, 0..<10))
        let consumer = try broker.consumer(topic)
        let partition = try await consumer.nextAssignment()[0]
        for leader: Int32 in [1, 2, 3, 1] {
            try embedded.setLeader(of: topic, partition: 0, broker: leader)
            let (low, high) = try await consumer.watermarks(partition, timeoutMilliseconds: 5_000)
            #expect(low == 0)
            #expect(high == 10)
        }
        await consumer.close(timeoutMilliseconds: 5_000)
        await producer.close(timeoutMilliseconds: 5_000)
    }

    @Test("Reading starts at exactly the offset asked for, and again after a stop, backwards too")
    func explicitOffsets() async throws {
        let (broker, consumer, partition) = try await assigned(100)
        try await consumer.start(partition, at: 70)
        #expect(try await consumer.records(of: partition, count: 30).map(\.offset) == Array(70..<100))
        try await consumer.stop(partition)
        let afterStop = try await consumer.nextBatch(of: partition, maximumRecords: 10, maximumBytes: 1000)
        #expect(afterStop == nil)
        try await consumer.start(partition, at: 5)
        #expect(try await consumer.records(of: partition, count: 95).map(\.offset) == Array(5..<100))
        // Without a stop between, and in the middle of what is buffered.
        try await consumer.start(partition, at: 0)
        #expect(try await consumer.records(of: partition, count: 10).map(\.offset) == Array(0..<10))
        try await consumer.start(partition, at: 50)
        #expect(try await consumer.records(of: partition, count: 50).map(\.offset) == Array(50..<100))
        await consumer.close(timeoutMilliseconds: 5000)
        _ = broker
    }

    @Test("Starting one partition neither repeats nor skips records of those that already run")
    func reassignment() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 8)
        let producer = try broker.producer()
        for partition in 0..<8 {
            _ = try await producer.send(numbered(topic, 0..<4000, partition: Int32(partition)))
        }
        let consumer = try broker.consumer(topic)
        let partitions = try await consumer.nextAssignment()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for partition in partitions {
                // One after the other, each while those before it are being read.
                try await consumer.start(partition, at: 0)
                group.addTask {
                    let offsets = try await consumer.records(of: partition, count: 4000, maximumRecords: 7).map(\.offset)
                    #expect(offsets == Array(0..<4000), "\(partition)")
                }
            }
            try await group.waitForAll()
        }
        await consumer.close(timeoutMilliseconds: 5000)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("Starting and stopping in quick succession keeps every promise")
    func quickSuccession() async throws {
        let (broker, consumer, partition) = try await assigned(3000)
        for round in 0..<150 {
            try await consumer.start(partition, at: Int64(round * 7))
            if round % 3 == 0 {
                let records = try await consumer.records(of: partition, count: 5)
                #expect(records.map(\.offset) == (0..<5).map { Int64(round * 7 + $0) })
            }
            if round % 2 == 0 { try await consumer.stop(partition) }
        }
        await consumer.close(timeoutMilliseconds: 5000)
        _ = broker
    }

    @Test("Of partitions that are started almost together, again and again, none is forgotten")
    func startsInABurst() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 8)
        let producer = try broker.producer()
        for partition in 0..<8 { _ = try await producer.send(numbered(topic, 0..<5, partition: Int32(partition))) }
        await producer.close(timeoutMilliseconds: 5000)
        let consumer = try broker.consumer(topic, ["fetch.wait.max.ms": "5"])
        let partitions = try await consumer.nextAssignment()
        for _ in 0..<100 {
            // Each gets an assignment of its own, one on the heels of the other.
            for partition in partitions { try await consumer.start(partition, at: 0) }
            for partition in partitions {
                #expect(try await consumer.records(of: partition, count: 5).map(\.offset) == Array(0..<5))
            }
        }
        await consumer.close(timeoutMilliseconds: 5000)
    }

    @Test("Under a tiny limit, pausing and resuming delivers every record once and in order")
    func pausing() async throws {
        let limits = KafkaConsumerLimits(maximumBufferedBytes: 2000)
        let (broker, consumer, partition) = try await assigned(
            20_000, padding: 100, limits: limits, ["fetch.message.max.bytes": "20000"])
        try await consumer.start(partition, at: 0)
        let offsets = try await consumer.records(of: partition, count: 20_000, maximumRecords: 13).map(\.offset)
        #expect(offsets == Array(0..<20_000))
        await consumer.close(timeoutMilliseconds: 5000)
        _ = broker
    }

    @Test("A batch keeps to its bounds of records and bytes, and waits for its minimum")
    func batchBounds() async throws {
        let (broker, consumer, partition) = try await assigned(100, padding: 98)
        try await consumer.start(partition, at: 10)
        let long = KafkaLinger(milliseconds: 10_000)
        let filled = try await consumer.nextBatch(
            of: partition, maximumRecords: 50, maximumBytes: 1 << 20, minimumRecords: 50, linger: long)
        #expect(filled?.count == 50)
        // Each record has 100 bytes: three fit.
        let three = try await consumer.nextBatch(of: partition, maximumRecords: 50, maximumBytes: 399)
        #expect(three?.map(\.offset) == [60, 61, 62])
        let one = try await consumer.nextBatch(of: partition, maximumRecords: 50, maximumBytes: 1)
        #expect(one?.map(\.offset) == [63])
        // Fewer than the minimum are left: the wait ends, and sooner where nothing comes.
        for (start, linger) in [
            (64, KafkaLinger(milliseconds: 50)), (90, KafkaLinger(milliseconds: 600_000, quietMilliseconds: 50)),
        ] {
            try await consumer.start(partition, at: Int64(start))
            let rest = try await consumer.nextBatch(
                of: partition, maximumRecords: 50, maximumBytes: 1 << 20, minimumRecords: 50, linger: linger)
            #expect(rest?.first?.offset == Int64(start))
        }
        await consumer.close(timeoutMilliseconds: 5000)
        _ = broker
    }

    @Test("A start outside the log is reported and skips nothing; a start inside it then works")
    func outOfRange() async throws {
        let (broker, consumer, partition) = try await assigned(10)
        try await consumer.start(partition, at: 1000)
        let failed = try await within(seconds: 20, "the failure") { () -> KafkaPartition? in
            for await event in consumer.assignments {
                if case .failed(_, let partition) = event { return partition }
            }
            return nil
        }
        #expect(failed == partition)
        await #expect(throws: KafkaError.self) {
            try await consumer.nextBatch(of: partition, maximumRecords: 1, maximumBytes: 1)
        }
        try await consumer.start(partition, at: 3)
        #expect(try await consumer.records(of: partition, count: 7).map(\.offset) == Array(3..<10))
        await consumer.close(timeoutMilliseconds: 5000)
        _ = broker
    }

    @Test("Starting a partition that is not assigned is refused")
    func startUnassigned() async throws {
        let (broker, consumer, partition) = try await assigned(1)
        let other = KafkaPartition(topic: partition.topic, partition: 99)
        let error = await #expect(throws: KafkaError.self) { try await consumer.start(other, at: 0) }
        #expect(error?.name == "_STATE")
        await consumer.close(timeoutMilliseconds: 5000)
        _ = broker
    }

    @Test("One record is read by its offset, and none where there is none")
    func singleRecord() async throws {
        let (broker, consumer, partition) = try await assigned(50)
        let record = try await consumer.record(of: partition, at: 42, timeoutMilliseconds: 10_000)
        #expect(record?.offset == 42 && record?.value == bytes("42"))
        let last = try await consumer.record(of: partition, at: 49, timeoutMilliseconds: 10_000)
        #expect(last?.value == bytes("49"))
        #expect(try await consumer.record(of: partition, at: 50, timeoutMilliseconds: 10_000) == nil)
        let (low, high) = try await consumer.watermarks(partition, timeoutMilliseconds: 5000)
        #expect(low == 0 && high == 50)
        await consumer.close(timeoutMilliseconds: 5000)
        _ = broker
    }

    @Test("Commits show in the group's committed offsets and lag; foreign partitions are left out")
    func commits() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 2)
        let producer = try broker.producer()
        _ = try await producer.send(numbered(topic, 0..<10))
        let consumer = try broker.consumer(topic, group: "readers-of-\(topic)")
        _ = try await consumer.nextAssignment()
        let first = KafkaPartition(topic: topic, partition: 0)
        let second = KafkaPartition(topic: topic, partition: 1)
        try await consumer.commit([first: 7, KafkaPartition(topic: topic, partition: 99): 3])
        let committed = try await within(seconds: 20, "the commit") {
            while true {
                let offsets = try await consumer.committed([first, second], timeoutMilliseconds: 5000)
                if !offsets.isEmpty { return offsets }
            }
        }
        #expect(committed == [first: 7])
        let lag = try await KafkaAdmin(settings: broker.settings).groupLag(group: "readers-of-\(topic)", topics: [topic])
        #expect(lag[first] == KafkaGroupOffset(committed: 7, low: 0, high: 10))
        #expect(lag[first]?.lag == 3)
        #expect(lag[second] == KafkaGroupOffset(committed: nil, low: 0, high: 0))
        await consumer.close(timeoutMilliseconds: 5000)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("Cancelling a wait for records ends it at once, and a later wait still gets them")
    func cancellation() async throws {
        let (broker, consumer, partition) = try await assigned(1)
        try await consumer.start(partition, at: 1)
        let ends = try await within(seconds: 10, "the cancelled wait") {
            await withTaskGroup(of: String.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        do {
                            return try await consumer.nextBatch(of: partition, maximumRecords: 1, maximumBytes: 1)
                                .map { "\($0.count) records" } ?? "ended"
                        } catch let error as KafkaError { return error.name } catch { return "\(type(of: error))" }
                    }
                }
                // That one of the two is refused shows that the other one waits.
                let refused = await group.next()
                group.cancelAll()
                return [refused, await group.next()]
            }
        }
        #expect(ends == ["_CONFLICT", "CancellationError"])
        let producer = try broker.producer()
        _ = try await producer.send(numbered(partition.topic, 1..<2))
        #expect(try await consumer.records(of: partition, count: 1).map(\.offset) == [1])
        await consumer.close(timeoutMilliseconds: 5000)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("Close ends waits, the stream of assignments and everything later")
    func closing() async throws {
        let (broker, consumer, partition) = try await assigned(1)
        try await consumer.start(partition, at: 1)
        async let batch = consumer.nextBatch(of: partition, maximumRecords: 1, maximumBytes: 1)
        await consumer.close(timeoutMilliseconds: 10_000)
        #expect(try await batch == nil)
        for await _ in consumer.assignments {}
        await #expect(throws: KafkaError.self) { try await consumer.start(partition, at: 0) }
        await #expect(throws: KafkaError.self) { try await consumer.watermarks(partition, timeoutMilliseconds: 100) }
        let after = try await consumer.nextBatch(of: partition, maximumRecords: 1, maximumBytes: 1)
        #expect(after == nil)
        await consumer.close(timeoutMilliseconds: 1000)
        _ = broker
    }

    @Test("A consumer's setting that does not exist is refused by its name")
    func unknownSetting() throws {
        let error = #expect(throws: KafkaError.self) {
            try KafkaConsumer(settings: ["fetch.everything": "yes"], group: "g", topics: ["t"])
        }
        #expect(error?.message.contains("fetch.everything") == true)
    }
}
