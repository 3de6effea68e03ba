import Synchronization
import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(2))) struct ProducerTests {
    @Test("Delivery reports come in the order of the batch, with rising offsets")
    func offsetsInOrder() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer()
        let deliveries = try await producer.send(numbered(topic, 0..<500))
        #expect(deliveries == (0..<500).map { .delivered(partition: 0, offset: $0) })
        #expect(producer.bytesInFlight == 0)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("A key goes to the partition that the Java client chooses")
    func javaPartitioner() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 12)
        let producer = try broker.producer()
        // Kafka's own test vectors of murmur2 (UtilsTest): the hash with its sign bit cleared, modulo the partitions.
        let hashes: [(String, Int32)] = [("21", -973_932_308), ("foobar", -790_332_482), ("abc", 479_470_107)]
        let deliveries = try await producer.send(hashes.map { KafkaMessage(topic: topic, key: bytes($0.0), value: []) })
        for (delivery, (key, hash)) in zip(deliveries, hashes) {
            guard case .delivered(let partition, _) = delivery else {
                Issue.record("\(key): \(delivery)")
                continue
            }
            #expect(partition == (hash & 0x7fff_ffff) % 12, "\(key)")
        }
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("A message that is refused fails alone, and the rest of its batch arrives")
    func oneRefused() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer(["message.max.bytes": "2000"])
        var messages = numbered(topic, 0..<3)
        messages[1].value = Array(repeating: 7, count: 5000)
        let deliveries = try await producer.send(messages)
        #expect(deliveries[0] == .delivered(partition: 0, offset: 0))
        #expect(deliveries[2] == .delivered(partition: 0, offset: 1))
        guard case .failed(let error) = deliveries[1] else {
            Issue.record("expected a refusal, found \(deliveries[1])")
            return
        }
        #expect(error.name == "MSG_SIZE_TOO_LARGE")
        #expect(producer.bytesInFlight == 0)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("A bound smaller than one batch lets the batches through one after the other")
    func backPressure() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer(maximumBytesInFlight: 10)
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for sender in 0..<8 {
                group.addTask { try await producer.send(numbered(topic, sender * 100..<sender * 100 + 100)).count }
            }
            return try await group.reduce(0, +)
        }
        #expect(counts == 800)
        #expect(producer.bytesInFlight == 0)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("A setting that does not exist is refused by its name")
    func unknownSetting() throws {
        let error = #expect(throws: KafkaError.self) { try KafkaProducer(settings: ["no.such.setting": "1"]) }
        #expect(error?.message.contains("no.such.setting") == true)
        let secret = #expect(throws: KafkaError.self) { try KafkaProducer(settings: ["acks": "perhaps"]) }
        #expect(secret?.message.contains("acks") == true)
    }

    @Test("Sending after close throws, and close ends what no broker ever confirmed")
    func closing() async throws {
        // Port 1 of this machine: nothing listens there.
        let producer = try KafkaProducer(settings: ["bootstrap.servers": "127.0.0.1:1"])
        async let deliveries = producer.send(numbered("nowhere", 0..<10))
        while producer.bytesInFlight == 0 { await Task.yield() }
        await producer.close(timeoutMilliseconds: 200)
        do {
            for delivery in try await deliveries {
                guard case .failed = delivery else {
                    Issue.record("delivered without a broker: \(delivery)")
                    continue
                }
            }
        } catch let error as KafkaError {
            // It had its room, and was not handed over yet.
            #expect(error.name == "_STATE")
        }
        await #expect(throws: KafkaError.self) { try await producer.send(numbered("nowhere", 0..<1)) }
    }

    @Test("A send that still waits for room can be cancelled", .timeLimit(.minutes(5)))
    func cancelWaiting() async throws {
        let producer = try KafkaProducer(settings: ["bootstrap.servers": "127.0.0.1:1"], maximumBytesInFlight: 1)
        let first = Task { try await producer.send(numbered("nowhere", 0..<1)) }
        while producer.bytesInFlight == 0 { await Task.yield() }
        let second = Task { try await producer.send(numbered("nowhere", 1..<2)) }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        await producer.close(timeoutMilliseconds: 100)
        _ = try await first.value
    }

    @Test("After a fatal error what was outstanding fails, and the next send works on a new handle",
        .enabled(if: !Broker.isReal))
    func fatalError() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let lines = Mutex<[KafkaLogLine]>([])
        let producer = try KafkaProducer(settings: broker.settings, log: { line in lines.withLock { $0.append(line) } })
        #expect(try await producer.send(numbered(topic, 0..<1)) == [.delivered(partition: 0, offset: 0)])
        // OUT_OF_ORDER_SEQUENCE_NUMBER for a first attempt: the broker lost what it knew of this producer.
        try broker.embedded?.failNext(api: 0, with: [45])
        guard case .failed = try await producer.send(numbered(topic, 1..<2))[0] else {
            Issue.record("the message was expected to fail")
            return
        }
        let deliveries = try await within(seconds: 20, "a send after the fatal error") {
            try await producer.send(numbered(topic, 1..<4))
        }
        #expect(deliveries == (1..<4).map { .delivered(partition: 0, offset: $0) })
        #expect(lines.withLock { $0.contains { $0.facility == "FATAL" && $0.message.contains("replacing") } })
        await producer.close(timeoutMilliseconds: 5000)
    }
}
