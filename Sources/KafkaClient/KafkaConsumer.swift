import CRdKafka
import Synchronization

/// A member of a consumer group that reads each of its partitions at an offset the application chose.
///
/// Kafka's committed offsets are never a starting point here: the application answers each assignment with `start`.
/// Partitions are shared out eagerly (range): every rebalance revokes all of them first. One thread polls; it goes on
/// polling while the application is slow, so the group never notices a stuck application: watch progress yourself.
public final class KafkaConsumer: Sendable {
    /// Rebalances and failures in order; for one reader. Ends with `close`.
    public let assignments: AsyncStream<KafkaAssignmentEvent>

    /// A started partition was read up to its end: the offset after the last record that arrived, and where the next one
    /// comes. What lies between holds no record for anybody: marks of transactions, and what they aborted.
    public typealias AtEnd = @Sendable (KafkaPartition, _ after: Int64, _ end: Int64) -> Void

    private let core: ConsumerCore
    private let settings: KafkaSettings
    private let limits: KafkaConsumerLimits
    private let log: KafkaLog

    /// Joins the group.
    ///
    /// - Parameters:
    ///   - settings: `bootstrap.servers`, `session.timeout.ms` and whatever else librdkafka knows; a wrong one throws,
    ///     naming it. No automatic commit or store of offsets, no automatic reset, 16 MiB of prefetched data a partition
    ///     and an empty fetch answered within 100 ms, unless they say otherwise.
    ///   - topics: must exist; one that does not is reported as `.failed` and joined when it comes into being.
    ///   - statistics: called every `statistics.interval.ms` (5 s unless set) on the polling thread; must not block.
    ///   - atEnd: called on the polling thread each time the end of a partition is reached; must not block. The records before
    ///     it may still wait to be taken.
    public init(
        settings: KafkaSettings, group: String, topics: [String], limits: KafkaConsumerLimits = .init(),
        log: @escaping KafkaLog = { _ in }, statistics: (@Sendable (KafkaStatistics) -> Void)? = nil,
        atEnd: AtEnd? = nil
    ) throws {
        var defaults: KafkaSettings = [
            "group.id": group, "partition.assignment.strategy": "range,roundrobin", "enable.auto.commit": "false",
            "enable.auto.offset.store": "false", "auto.offset.reset": "error", "queued.max.messages.kbytes": "16384",
            // The embedded broker answers an empty fetch only when this time is over, even if a message arrives in it.
            "fetch.wait.max.ms": "100",
        ]
        if statistics != nil { defaults["statistics.interval.ms"] = "5000" }
        if atEnd != nil { defaults["enable.partition.eof"] = "true" }
        self.settings = settings.or(defaults)
        self.limits = limits
        self.log = log
        let (stream, events) = AsyncStream.makeStream(of: KafkaAssignmentEvent.self)
        assignments = stream
        let context = ClientContext(log: log, statistics: statistics)
        core = ConsumerCore(
            handle: try ClientHandle(
                RD_KAFKA_CONSUMER, self.settings, context, configure: context.registerRebalance),
            events: events, limits: limits, atEnd: atEnd)
        try core.subscribe(to: topics)
    }

    /// Begins fetching one assigned partition at this offset, dropping what was buffered if it was started before.
    ///
    /// Returns when librdkafka took it, not when the broker did: an offset outside the log comes back as `.failed` with
    /// the partition, and from `nextBatch`. Starts that are made together cost one reassignment.
    /// - Parameter assignment: the one that gave the partition; nil: the present one.
    /// - Throws: `KafkaError` `_STATE` when the partition is not this consumer's (any more), or is under another assignment.
    public func start(_ partition: KafkaPartition, at offset: Int64, in assignment: Int? = nil) async throws {
        precondition(offset >= 0, "a partition starts at an explicit offset, not at a logical one such as 'end'")
        try await core.perform { .start(partition, offset: offset, assignment: assignment, $0) }
    }

    /// Stops fetching a partition that stays assigned, and drops its buffer; `nextBatch` returns nil. It may be started
    /// again, at any offset. Stopping what was not started does nothing.
    public func stop(_ partition: KafkaPartition) async throws {
        try await core.perform { .stop(partition, $0) }
    }

    /// The next records of one started partition, in order, each exactly once per `start`.
    ///
    /// Waits until one record is there, and then for `minimumRecords` as long as `linger` says. Returns at least one
    /// record, at most `maximumRecords`, and no more than `maximumBytes` unless the first alone is larger.
    /// - Parameter assignment: only what was started under it; nil: whatever is started.
    /// - Returns: nil when the partition is not started, or was revoked, lost, stopped, or the consumer closed meanwhile.
    /// - Throws: `CancellationError`; the partition's `KafkaError` after `.failed`, once what came before it was taken;
    ///   `KafkaError` `_CONFLICT` when another task waits for the same partition.
    public func nextBatch(
        of partition: KafkaPartition, in assignment: Int? = nil, maximumRecords: Int, maximumBytes: Int,
        minimumRecords: Int = 1, linger: KafkaLinger = .none
    ) async throws -> [KafkaRecord]? {
        try await core.awaitBatch(
            of: partition, in: assignment, maximumRecords: maximumRecords, maximumBytes: maximumBytes,
            minimumRecords: minimumRecords, linger: linger, taking: true)
    }

    /// Waits as ``nextBatch(of:in:maximumRecords:maximumBytes:minimumRecords:linger:)`` does, and takes nothing.
    ///
    /// What came until `nextBatch` is called is in its batch too: whoever has to wait for something else in between gets a
    /// larger one.
    /// - Returns: false where `nextBatch` returns nil.
    public func awaitBatch(
        of partition: KafkaPartition, in assignment: Int? = nil, maximumRecords: Int, maximumBytes: Int,
        minimumRecords: Int = 1, linger: KafkaLinger = .none
    ) async throws -> Bool {
        try await core.awaitBatch(
            of: partition, in: assignment, maximumRecords: maximumRecords, maximumBytes: maximumBytes,
            minimumRecords: minimumRecords, linger: linger, taking: false) != nil
    }

    /// Tells the group the next offset to read of each partition; for lag monitors, never a starting point here.
    ///
    /// Returns when the commit is under way; a broker's refusal is only logged. Partitions that are not this consumer's
    /// any more are left out silently, and "illegal generation" and its like are not even logged: both are expected
    /// around a rebalance, and the next owner commits a later offset.
    public func commit(_ offsets: [KafkaPartition: Int64]) async throws {
        if offsets.isEmpty { return }
        try await core.perform { .commit(offsets, $0) }
    }

    /// The first offset still in the log and the offset the next record will get, as the broker says now.
    /// - Throws: `KafkaError` `_TIMED_OUT` when the leader did not answer in time, or what it answered.
    public func watermarks(
        _ partition: KafkaPartition, timeoutMilliseconds: Int
    ) async throws -> (low: Int64, high: Int64) {
        let handle = core.handle
        return try await onOwnThread("kafka-query") {
            try handle.borrow { try BrokerQuery.watermarks(partition, timeoutMilliseconds, $0) }
        }
    }

    /// The group's committed offsets; partitions without one are absent.
    public func committed(
        _ partitions: [KafkaPartition], timeoutMilliseconds: Int
    ) async throws -> [KafkaPartition: Int64] {
        let handle = core.handle
        return try await onOwnThread("kafka-query") {
            try handle.borrow { try BrokerQuery.committed(partitions, timeoutMilliseconds, $0) }
        }
    }

    /// Reads the one record at exactly this offset, beside the group, with a client that lives for this call only.
    ///
    /// - Returns: nil when there is no record at the offset: not yet, no longer, or compacted away.
    /// - Throws: `KafkaError` `_TIMED_OUT` when no broker answered in time, or what the broker answered.
    public func record(
        of partition: KafkaPartition, at offset: Int64, timeoutMilliseconds: Int
    ) async throws -> KafkaRecord? {
        let (settings, log) = (settings, log)
        return try await onOwnThread("kafka-query") {
            try SingleRecordReader.read(
                partition, at: offset, timeoutMilliseconds: timeoutMilliseconds, settings: settings, log: log)
        }
    }

    /// Reads the record at this offset, or the next one where none stands there; otherwise as
    /// ``record(of:at:timeoutMilliseconds:)``.
    ///
    /// - Returns: nil when there is none up to the end, or when the partition begins further on: what was lost before its
    ///   beginning is not passed over.
    public func firstRecord(
        of partition: KafkaPartition, from offset: Int64, timeoutMilliseconds: Int
    ) async throws -> KafkaRecord? {
        let (settings, log) = (settings, log)
        return try await onOwnThread("kafka-query") {
            try SingleRecordReader.first(
                partition, from: offset, timeoutMilliseconds: timeoutMilliseconds, settings: settings, log: log)
        }
    }

    /// Leaves the group and frees the handle. `nextBatch` returns nil and `assignments` ends at once, without a
    /// `.revoked`; finish what is in hand and commit before.
    ///
    /// Returns at the deadline at the latest; what a dead broker holds up then ends on the consumer's own thread. May be
    /// repeated.
    public func close(timeoutMilliseconds: Int) async {
        core.beginClosing()
        await core.ended.wait(milliseconds: timeoutMilliseconds)
    }

    deinit { core.beginClosing() }
}
