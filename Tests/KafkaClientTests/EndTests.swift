import Synchronization
import Testing

@testable import KafkaClient

/// Where a partition ends, beyond the last record or right behind it.
@Suite(.timeLimit(.minutes(2))) struct EndTests {
    private struct End: Equatable {
        let after: Int64
        let end: Int64
    }

    @Test("A consumer says when it has read a partition to its end, each time")
    func ends() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let producer = try broker.producer()
        _ = try await producer.send(numbered(topic, 0..<5))
        let (ends, tell) = AsyncStream.makeStream(of: End.self)
        let consumer = try KafkaConsumer(
            settings: broker.settings, group: "group-of-\(topic)", topics: [topic],
            atEnd: { tell.yield(End(after: $1, end: $2)) })
        let partition = try await consumer.nextAssignment()[0]
        try await consumer.start(partition, at: 2)
        try await within(seconds: 60, "the ends of the partition") {
            var iterator = ends.makeAsyncIterator()
            #expect(await iterator.next() == End(after: 5, end: 5))
            _ = try await producer.send(numbered(topic, 5..<8))
            while let end = await iterator.next(), end != End(after: 8, end: 8) {}
        }
        #expect(try await consumer.records(of: partition, count: 6).map(\.offset) == Array(2..<8))
        // The end is no error of the one record beside the group either.
        #expect(try await consumer.record(of: partition, at: 7, timeoutMilliseconds: 10_000)?.offset == 7)
        await consumer.close(timeoutMilliseconds: 5_000)
        await producer.close(timeoutMilliseconds: 5_000)
    }

    @Test("Offsets without a record lie between the last record that arrived and the end")
    func vacancy() {
        let partition = KafkaPartition(topic: "t", partition: 0)
        var state = ConsumerState()
        #expect(state.reachedEnd(of: partition, at: 9) == nil)
        state.fetches[partition] = FetchedPartition(generation: 1, assignment: 1, nextOffset: 8)
        #expect(state.reachedEnd(of: partition, at: 9) == 8)
        // Of a fetch that was begun anew further on since.
        #expect(state.reachedEnd(of: partition, at: 7) == nil)
        state.fetches[partition]?.failure = ConsumerCore.closed
        #expect(state.reachedEnd(of: partition, at: 9) == nil)
    }
}
