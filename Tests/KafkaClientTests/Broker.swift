import Glibc
import Testing

@testable import KafkaClient

/// The broker a test runs against: one of its own in this process, or the one that `TUESDAY_TEST_KAFKA` names.
struct Broker: Sendable {
    let settings: KafkaSettings
    let embedded: EmbeddedBroker?

    static var isReal: Bool { getenv("TUESDAY_TEST_KAFKA") != nil }

    static func start() throws -> Broker {
        if let servers = getenv("TUESDAY_TEST_KAFKA") {
            return Broker(settings: ["bootstrap.servers": String(cString: servers)], embedded: nil)
        }
        let embedded = try EmbeddedBroker()
        return Broker(settings: ["bootstrap.servers": embedded.bootstrapServers], embedded: embedded)
    }

    /// Creates a topic with a name nobody else has.
    func topic(partitions: Int = 1) async throws -> String {
        let name = "test-\(UInt64.random(in: 0 ... .max))"
        if let embedded {
            try embedded.createTopic(name, partitions: partitions)
        } else {
            try await KafkaAdmin(settings: settings).createTopics([
                KafkaTopicSpec(name: name, partitions: partitions, replication: 1)
            ])
        }
        return name
    }

    func producer(_ extra: KafkaSettings = [:], maximumBytesInFlight: Int = 64 << 20) throws -> KafkaProducer {
        try KafkaProducer(
            settings: settings.merging(extra) { $1 }, maximumBytesInFlight: maximumBytesInFlight, log: { _ in })
    }

    func consumer(
        _ topic: String, group: String = "group-\(UInt64.random(in: 0 ... .max))", limits: KafkaConsumerLimits = .init(),
        _ extra: KafkaSettings = [:]
    ) throws -> KafkaConsumer {
        let quick = ["session.timeout.ms": "6000", "heartbeat.interval.ms": "200"]
        return try KafkaConsumer(
            settings: settings.merging(quick) { $1 }.merging(extra) { $1 }, group: group, topics: [topic], limits: limits,
            log: { _ in })
    }
}

struct TookTooLong: Error, CustomStringConvertible {
    let description: String
}

/// Runs `body`, and throws when it is not done by the deadline: no test hangs.
func within<Result: Sendable>(
    seconds: Int, _ what: String, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: .seconds(seconds))
            throw TookTooLong(description: "\(what) took longer than \(seconds) s")
        }
        defer { group.cancelAll() }
        return try await group.next()!
    }
}

extension KafkaConsumer {
    /// The first assignment that is not empty; grants revocations on the way.
    func nextAssignment() async throws -> [KafkaPartition] {
        try await within(seconds: 90, "an assignment") { [self] in
            for await event in assignments {
                switch event {
                case .assigned(let partitions, _) where !partitions.isEmpty: return partitions
                case .revoked(_, let done): done()
                default: continue
                }
            }
            throw TookTooLong(description: "the consumer ended before it was assigned anything")
        }
    }

    /// Exactly so many records of one partition, in batches as they come.
    func records(of partition: KafkaPartition, count: Int, maximumRecords: Int = 1000) async throws -> [KafkaRecord] {
        try await within(seconds: 60, "\(count) records of \(partition)") { [self] in
            var records: [KafkaRecord] = []
            while records.count < count {
                guard
                    let batch = try await nextBatch(
                        of: partition, maximumRecords: min(maximumRecords, count - records.count), maximumBytes: 1 << 20)
                else { throw TookTooLong(description: "\(partition) ended after \(records.count) records") }
                records += batch
            }
            return records
        }
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// Messages 0..<count for one partition, the number as value.
func numbered(_ topic: String, _ range: Range<Int>, partition: Int32 = 0, padding: Int = 0) -> [KafkaMessage] {
    let pad = String(repeating: "x", count: padding)
    return range.map { KafkaMessage(topic: topic, partition: partition, value: bytes("\($0)\(pad)")) }
}
