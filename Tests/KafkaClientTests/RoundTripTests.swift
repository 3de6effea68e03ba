import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(2))) struct RoundTripTests {
    @Test("Keys, values, headers, tombstones and timestamps come back as they were sent")
    func roundTrip() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer()
        let headers = [KafkaHeader("ce_id", "a-1"), KafkaHeader("ce_id", "a-2"), KafkaHeader(name: "raw", value: [])]
        let sent = [
            KafkaMessage(
                topic: topic, partition: 0, key: bytes("key"), value: bytes("value"), headers: headers,
                timestampMilliseconds: 1_700_000_000_123),
            KafkaMessage(topic: topic, partition: 0, key: bytes("gone"), value: nil),
            KafkaMessage(topic: topic, partition: 0, key: [], value: []),
            KafkaMessage(topic: topic, partition: 0, key: nil, value: [0, 255, 0]),
        ]
        _ = try await producer.send(sent)
        let consumer = try broker.consumer(topic)
        let partition = try await consumer.nextAssignment()[0]
        try await consumer.start(partition, at: 0)
        let records = try await consumer.records(of: partition, count: 4)
        #expect(records.map(\.offset) == [0, 1, 2, 3])
        #expect(records.map(\.key) == sent.map(\.key))
        #expect(records.map(\.value) == sent.map(\.value))
        #expect(records[0].headers == headers)
        #expect(records[0].header("ce_id") == "a-2")
        #expect(records[0].header("absent") == nil)
        #expect(records[0].headerBytes("ce_id").map { Array($0) } == bytes("a-1"), "the first of a name")
        #expect(records[0].headerBytes("raw")?.isEmpty == true)
        #expect(records[0].headerBytes("ce_") == nil && records[0].headerBytes("ce_id2") == nil)
        #expect(records[0].timestampMilliseconds == 1_700_000_000_123)
        #expect(records[0].byteCount == 3 + 5 + 8 + 8 + 3)
        #expect(records[1].headerBytes("ce_id") == nil)
        #expect(records[1].headers.isEmpty && records[1].timestampMilliseconds > 1_700_000_000_123)
        await consumer.close(timeoutMilliseconds: 5000)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("Each record has its own headers, whatever names the one before has")
    func headerNames() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer()
        let names = [
            [""], ["a", "b"], ["a", "b"], ["a", "c", "b"], ["b", "c"], ["aa"], [], ["a", "b"], ["a", "", "b"], ["a", "", "b"],
        ]
        let headers = names.enumerated().map { index, names in
            names.enumerated().map { KafkaHeader($0.element, "\(index)-\($0.offset)") }
        }
        _ = try await producer.send(
            headers.map { KafkaMessage(topic: topic, partition: 0, key: nil, value: nil, headers: $0) })
        let consumer = try broker.consumer(topic)
        let partition = try await consumer.nextAssignment()[0]
        try await consumer.start(partition, at: 0)
        let records = try await consumer.records(of: partition, count: headers.count)
        #expect(records.map(\.headers) == headers)
        #expect(
            records.map(\.byteCount) == headers.map { $0.reduce(0) { $0 + $1.name.utf8.count + $1.value.count } },
            "counted as sent, shared or not")
        await consumer.close(timeoutMilliseconds: 5000)
        await producer.close(timeoutMilliseconds: 5000)
    }

    @Test("100,000 small messages pass through")
    func manyMessages() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 4)
        let producer = try broker.producer()
        let count = 100_000
        let clock = ContinuousClock()
        let messages = (0..<count).map { number in
            KafkaMessage(
                topic: topic, partition: Int32(number % 4), key: bytes("\(number)"),
                value: Array(repeating: UInt8(truncatingIfNeeded: number), count: 100))
        }
        var delivered = 0
        let producing = try await clock.measure {
            for start in stride(from: 0, to: count, by: 5000) {
                for delivery in try await producer.send(Array(messages[start..<start + 5000])) {
                    if case .delivered = delivery { delivered += 1 }
                }
            }
        }
        #expect(delivered == count)
        let consumer = try broker.consumer(topic)
        let partitions = try await consumer.nextAssignment()
        #expect(partitions.count == 4)
        var consumed = 0
        let consuming = try await clock.measure {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for partition in partitions {
                    group.addTask {
                        try await consumer.start(partition, at: 0)
                        return try await consumer.records(of: partition, count: count / 4).count
                    }
                }
                consumed = try await group.reduce(0, +)
            }
        }
        #expect(consumed == count)
        print("produced \(count) in \(producing), consumed in \(consuming)")
        await consumer.close(timeoutMilliseconds: 5000)
        await producer.close(timeoutMilliseconds: 5000)
    }
}
