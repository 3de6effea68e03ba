import Contracts
import KafkaClient
import TestSupport
import Testing

@testable import Faults

/// The harness's own reader, with brokers in this process.
@Suite(.timeLimit(.minutes(4)))
struct TopicReaderTests {
    private static let partitions: Int32 = 4

    private static func broker() throws -> EmbeddedBroker {
        try EmbeddedBroker(topics: Topic.allCases.map { ($0.rawValue, Int(partitions)) })
    }

    private static func reader(of broker: EmbeddedBroker) throws -> TopicReader {
        let reader = try TopicReader(bootstrap: broker.bootstrapServers)
        Task { await reader.readAll() }
        return reader
    }

    private static func producer(for broker: EmbeddedBroker) throws -> KafkaProducer {
        try KafkaProducer(settings: ["bootstrap.servers": broker.bootstrapServers, "compression.type": "none"])
    }

    /// One for each partition and number.
    private static func send(
        _ numbers: Range<Int>, _ producer: KafkaProducer, only partition: Int32? = nil, blanks: Int = 0
    ) async throws {
        let value = [UInt8](repeating: 0x20, count: blanks)
        for partition in partition.map({ [$0] }) ?? Array(0..<partitions) {
            let messages = numbers.map { number in
                KafkaMessage(
                    topic: Topic.requests.rawValue, partition: partition, value: value,
                    headers: [KafkaHeader("ce_id", "\(partition)-\(number)")])
            }
            for delivery in try await producer.send(messages) {
                if case .failed(let error) = delivery { throw error }
            }
        }
    }

    private static func counts(_ reader: TopicReader) async -> [Int] {
        await reader.seen[.requests, default: [:]].values.map(\.count)
    }

    @Test func `Members come and go while records come, and each is taken once`() async throws {
        let broker = try Self.broker()
        defer { broker.close() }
        let (reader, producer) = (try Self.reader(of: broker), try Self.producer(for: broker))
        // Not cancelled: what was sent then would not be known.
        let over = BrokerProcess.Ended()
        let load = Task {
            var number = 0
            while !over.isSet {
                try await Self.send(number..<number + 20, producer)
                number += 20
            }
            return number
        }
        for _ in 0..<3 {
            let before = await Self.assignments(reader)
            let other = try KafkaConsumer(
                settings: [
                    "bootstrap.servers": broker.bootstrapServers, "session.timeout.ms": "6000",
                    "heartbeat.interval.ms": "200",
                ], group: "faults", topics: TopicReader.topics.map(\.rawValue))
            // The other one takes its share and gives it back, so that the reader is given one twice.
            for await event in other.assignments {
                if case .assigned(let partitions, _) = event, !partitions.isEmpty { break }
            }
            await other.close(timeoutMilliseconds: 5_000)
            // On a slow machine two of them may become one; how many there were is asked at the end.
            try? await eventually("the reader is given its partitions twice", within: .seconds(40)) {
                await Self.assignments(reader) >= before + 2
            }
        }
        over.set()
        let sent = try await load.value
        try await reader.awaitRead(to: try await reader.ends())
        let diary = await reader.diary
        #expect(await Self.assignments(reader) >= 4, "\(diary)")
        let counts = await Self.counts(reader)
        #expect(counts.count == sent * Int(Self.partitions))
        #expect(counts.allSatisfy { $0 == 1 })
        #expect(await reader.unread == [])
        await reader.close()
        await producer.close(timeoutMilliseconds: 1_000)
    }

    private static func assignments(_ reader: TopicReader) async -> Int {
        await reader.diary.count { $0.contains(" assignment ") }
    }

    @Test func `What the brokers drop before it was read is known, and what comes after it is read`() async throws {
        let broker = try Self.broker()
        defer { broker.close() }
        let (reader, producer) = (try Self.reader(of: broker), try Self.producer(for: broker))
        try await Self.send(0..<3, producer)
        try await reader.awaitRead(to: try await reader.ends())
        await reader.pause()
        // More than they keep of a partition.
        for number in 3..<11 { try await Self.send(number..<number + 1, producer, only: 0, blanks: 900_000) }
        try await reader.resume()
        let partition = KafkaPartition(topic: Topic.requests.rawValue, partition: 0)
        let low = try #require(try await reader.beginnings()[partition])
        #expect(low > 3)
        try await reader.awaitRead(to: try await reader.ends())
        #expect(await reader.unread == [Unread(partition: partition, hole: .init(offsets: 3..<low, isGone: true))])
        let seen = await reader.seen[.requests, default: [:]]
        #expect(seen["0-10"]?.places == [Letters.Place(partition: 0, offset: 10)])
        #expect(seen.count == 3 * Int(Self.partitions) + 11 - Int(low))
        try await Self.send(11..<12, producer, only: 0)
        try await reader.awaitRead(to: try await reader.ends())
        #expect(await reader.seen[.requests]?["0-11"]?.count == 1)
        await reader.close()
        await producer.close(timeoutMilliseconds: 1_000)
    }

    @Test func `A partition of another assignment is let go, and after any other failure asked for again`() async throws {
        let broker = try Self.broker()
        defer { broker.close() }
        let consumer = try KafkaConsumer(
            settings: ["bootstrap.servers": broker.bootstrapServers], group: "g", topics: [Topic.requests.rawValue])
        let partition = KafkaPartition(topic: Topic.requests.rawValue, partition: 0)
        let refusal = await #expect(throws: KafkaError.self) { try await consumer.start(partition, at: 0, in: 0) }
        #expect(refusal.map(TopicReader.isOver) == true)
        for await event in consumer.assignments {
            guard case .assigned(let partitions, let assignment) = event, partitions.contains(partition) else { continue }
            try await consumer.start(partition, at: 99, in: assignment)
            break
        }
        let failure = await #expect(throws: KafkaError.self) {
            _ = try await consumer.nextBatch(of: partition, maximumRecords: 1, maximumBytes: 1)
        }
        #expect(failure.map(TopicReader.isOver) == false)
        await consumer.close(timeoutMilliseconds: 1_000)
    }
}
