import Testing

@testable import KafkaClient

/// Who was given a partition by one assignment, and is late, when the next one has given it again.
@Suite(.timeLimit(.minutes(2))) struct AssignmentTests {
    private let partition = KafkaPartition(topic: "t", partition: 0)

    private func step(_ state: inout ConsumerState, _ assignment: Int?) -> ConsumerState.Step {
        state.step(
            partition, assignment: assignment, generation: nil, maximumRecords: 9, maximumBytes: 9, minimumRecords: 1,
            maximumBufferedBytes: 1, taking: true)
    }

    @Test func `What is fetched under one assignment is only for who was given the partition by it`() {
        var state = ConsumerState()
        state.fetches[partition] = FetchedPartition(generation: 1, assignment: 2, nextOffset: 0)
        guard case .ended = step(&state, 1) else { return #expect(Bool(false), "the former one reads on") }
        guard case .wait = step(&state, 2) else { return #expect(Bool(false), "the present one does not read") }
        guard case .wait = step(&state, nil) else { return #expect(Bool(false), "who does not say does not read") }
    }

    @Test func `Nobody starts a partition under an assignment that is over`() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let consumer = try broker.consumer(topic)
        try await within(seconds: 60, "the partition is assigned and started") {
            for await event in consumer.assignments {
                guard case .assigned(let partitions, let assignment) = event, let first = partitions.first else { continue }
                await #expect(throws: KafkaError.self) { try await consumer.start(first, at: 0, in: assignment - 1) }
                try await consumer.start(first, at: 0, in: assignment)
                return
            }
        }
        await consumer.close(timeoutMilliseconds: 5_000)
    }
}
