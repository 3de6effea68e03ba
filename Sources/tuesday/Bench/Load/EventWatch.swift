import Contracts
import Domain
import KafkaClient
import Runtime
import Synchronization

/// Reads the requests topic from where it ends now, beside the workers, and notes when it saw which request's event.
///
/// It sees what any other system would: an event that was committed, published and fetched.
final class EventWatch: Sendable {
    struct Sighting: Sendable {
        let request: RequestID
        let at: Instant
    }

    private let consumer: KafkaConsumer
    private let type: EventType
    private let keeps: Bool
    private let sightings = Mutex<[Sighting]>([])
    private let reading: Mutex<Task<Void, any Error>?> = Mutex(nil)

    private init(_ consumer: KafkaConsumer, _ type: EventType, keeps: Bool) {
        self.consumer = consumer
        self.type = type
        self.keeps = keeps
    }

    /// Returns when every event from now on will be seen.
    ///
    /// - Parameters:
    ///   - keeps: whether sightings are kept for ``take()``.
    ///   - onEvent: called for each sighting, with the record; must not block.
    static func start(
        _ type: EventType, on broker: LocalBroker, keeps: Bool = true,
        onEvent: @escaping @Sendable (Sighting, KafkaRecord) -> Void = { _, _ in }
    ) async throws -> EventWatch {
        // The embedded broker answers an empty fetch only when this time is over: it is the most it adds to a sighting.
        let settings = broker.clientSettings.merging(["fetch.wait.max.ms": "5"]) { given, _ in given }
        let consumer = try KafkaConsumer(
            settings: settings, group: RunLabel.make("bench-watch"), topics: [Topic.requests.rawValue])
        let watch = EventWatch(consumer, type, keeps: keeps)
        var assigned: [KafkaPartition] = []
        for await event in consumer.assignments {
            guard case .assigned(let partitions, _) = event, !partitions.isEmpty else { continue }
            assigned = partitions
            break
        }
        for partition in assigned {
            let end = try await consumer.watermarks(partition, timeoutMilliseconds: 10_000).high
            try await consumer.start(partition, at: end)
        }
        let partitions = assigned
        watch.reading.withLock { reading in
            reading = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for partition in partitions { group.addTask { try await watch.read(partition, onEvent) } }
                    try await group.waitForAll()
                }
            }
        }
        return watch
    }

    private func read(
        _ partition: KafkaPartition, _ onEvent: @Sendable (Sighting, KafkaRecord) -> Void
    ) async throws {
        let wanted = Array((RequestEventRecord.typePrefix + type.word).utf8)
        while let batch = try await consumer.nextBatch(of: partition, maximumRecords: 5_000, maximumBytes: 8 << 20) {
            let now = SystemClock().now()
            let seen = batch.compactMap { record -> (Sighting, KafkaRecord)? in
                guard record.headers.contains(where: { $0.value == wanted }), let key = record.key,
                    let request = RequestID(utf8: key[...])
                else { return nil }
                return (Sighting(request: request, at: now), record)
            }
            if keeps { sightings.withLock { $0.append(contentsOf: seen.lazy.map(\.0)) } }
            for (sighting, record) in seen { onEvent(sighting, record) }
        }
    }

    var count: Int { sightings.withLock(\.count) }

    /// What was seen since the last call; of an event that was seen twice both times.
    func take() -> [Sighting] {
        sightings.withLock { sightings in
            defer { sightings = [] }
            return sightings
        }
    }

    func stop() async {
        await consumer.close(timeoutMilliseconds: 5_000)
        // Its end is the consumer's; a partition that failed shows in what was not seen.
        _ = await reading.withLock { $0 }?.result
    }
}
