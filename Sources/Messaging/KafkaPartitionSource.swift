import Contracts
import Failpoints
import KafkaClient
import Workflow

/// One assigned partition of a Kafka consumer, as a lane reads it: under the assignment that gave it, and no other.
struct KafkaPartitionSource: RecordSource {
    let origin: RecordOrigin
    let assignment: Int
    let consumer: KafkaConsumer
    let limits: BatchLimits
    let running: RunningLane

    var isAssigned: Bool { !running.isEnding }

    private var partition: KafkaPartition { KafkaPartition(topic: origin.topic, partition: origin.partition) }

    func start(at offset: Int64) async throws {
        try await consumer.start(partition, at: offset, in: assignment)
    }

    func hasRecords(maximumRecords: Int) async throws -> Bool {
        try await explaining {
            try await consumer.awaitBatch(
                of: partition, in: assignment, maximumRecords: maximumRecords, maximumBytes: limits.maximumBytes,
                minimumRecords: limits.linger.milliseconds > 0 ? maximumRecords : 1, linger: limits.linger)
        }
    }

    func next(maximumRecords: Int) async throws -> [IncomingRecord]? {
        try await explaining {
            let records = try await consumer.nextBatch(
                of: partition, in: assignment, maximumRecords: maximumRecords, maximumBytes: limits.maximumBytes)
            failpoint("records.read")
            return records.map { $0.map { IncomingRecord($0) } }
        }
    }

    private func explaining<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch let error as KafkaError where error.name == "_AUTO_OFFSET_RESET" || error.name == "OFFSET_OUT_OF_RANGE" {
            throw LaneFault.wrongPlace(
                "the offset asked for is not in the partition any more (\(error.message)): run `tuesday lanes recover`")
        }
    }

    func commit(_ nextOffset: Int64) async {
        if failpoint("offset.before-commit") { return }
        // For lag monitors only; the next batch commits a later one.
        try? await consumer.commit([partition: nextOffset])
        failpoint("offset.committed")
    }

    func record(at offset: Int64) async throws -> IncomingRecord? {
        try await consumer.record(of: partition, at: offset, timeoutMilliseconds: 10_000).map { IncomingRecord($0) }
    }

    func firstRecord(from offset: Int64) async throws -> IncomingRecord? {
        try await consumer.firstRecord(of: partition, from: offset, timeoutMilliseconds: 10_000).map { IncomingRecord($0) }
    }

    func watermarks() async throws -> (low: Int64, high: Int64) {
        let marks = try await consumer.watermarks(partition, timeoutMilliseconds: 10_000)
        return isPlanted("out-of-range-swallowed") ? (0, .max) : marks
    }
}

extension IncomingRecord {
    /// The record as it was read; its bytes stay where the consumer put them.
    public init(_ record: KafkaRecord) {
        self.init(
            offset: record.offset, timestamp: record.timestampMilliseconds, content: FetchedContent(record: record))
    }
}

/// A record's content where the consumer put it.
private struct FetchedContent: RecordContent {
    let record: KafkaRecord

    var keyBytes: ArraySlice<UInt8>? { record.keyBytes }
    var valueBytes: ArraySlice<UInt8>? { record.valueBytes }
    func headerBytes(_ name: StaticString) -> ArraySlice<UInt8>? { record.headerBytes(name) }

    var headers: [OutgoingMessage.Header] {
        record.headers.map { OutgoingMessage.Header($0.name, String(decoding: $0.value, as: UTF8.self)) }
    }
}

/// How large a batch of one partition may grow, and how long an unfilled one waits.
public struct BatchLimits: Sendable {
    public var maximumBytes: Int
    public var linger: KafkaLinger

    public init(maximumBytes: Int, linger: KafkaLinger) {
        self.maximumBytes = maximumBytes
        self.linger = linger
    }
}
