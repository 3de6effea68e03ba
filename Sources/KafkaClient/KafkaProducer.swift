import CRdKafka
import Synchronization

/// Writes messages to Kafka and says of each what became of it.
///
/// Idempotent, `acks=all`, lz4, 5 ms linger and the Java client's partitioner, unless the settings say otherwise.
/// One thread polls delivery reports. After a fatal error (the broker lost the idempotent producer's sequence) what is
/// outstanding fails, and the next `send` works on a new handle: send again what failed, in order.
public final class KafkaProducer: Sendable {
    private enum Life {
        case open(ProducerHandle)
        case closed(ProducerHandle)
    }
    private let settings: KafkaSettings
    private let log: KafkaLog
    private let statistics: (@Sendable (KafkaStatistics) -> Void)?
    private let admission: ProducerAdmission
    private let life: Mutex<Life>

    /// - Parameters:
    ///   - settings: `bootstrap.servers` and whatever else librdkafka knows; a wrong one throws, naming it. That no broker
    ///     answers does not throw here: messages wait up to `message.timeout.ms` (5 minutes).
    ///   - maximumBytesInFlight: keys, values and headers handed over and not yet reported, over all `send` calls.
    ///   - statistics: called every `statistics.interval.ms` (5 s unless set) on the polling thread; must not block.
    public init(
        settings: KafkaSettings, maximumBytesInFlight: Int = 64 << 20, log: @escaping KafkaLog = { _ in },
        statistics: (@Sendable (KafkaStatistics) -> Void)? = nil
    ) throws {
        // librdkafka's own bounds stay out of the way of ours: a full queue of its would refuse messages, not wait.
        let queueKilobytes = min(max(4 * (maximumBytesInFlight >> 10), 256 << 10), 2_097_151)
        var defaults: KafkaSettings = [
            "enable.idempotence": "true", "acks": "all", "linger.ms": "5", "compression.type": "lz4",
            "partitioner": "murmur2_random", "queue.buffering.max.kbytes": String(queueKilobytes),
            "queue.buffering.max.messages": "10000000",
        ]
        if statistics != nil { defaults["statistics.interval.ms"] = "5000" }
        if let acks = settings["acks"] ?? settings["request.required.acks"] {
            defaults["acks"] = nil
            if acks != "all", acks != "-1" { defaults["enable.idempotence"] = nil }
        }
        self.settings = settings.or(defaults)
        self.log = log
        self.statistics = statistics
        admission = ProducerAdmission(maximumBytes: maximumBytesInFlight)
        life = Mutex(
            .open(
                try ProducerHandle(
                    settings: self.settings, context: ClientContext(log: log, statistics: statistics),
                    admission: admission)))
    }

    /// Bytes handed over that have no delivery report yet.
    public var bytesInFlight: Int { admission.bytesInFlight }

    /// Hands over the whole batch and returns when every message has its report: one result per message, same order.
    ///
    /// Suspends while there is no room under the bound. Per partition the order of the batch is kept, and so is the order
    /// of two calls of which the second began after the first returned. A cancelled task is let go only while it still
    /// waits for room (`CancellationError`, nothing was handed over); later the reports are awaited, as their outcome
    /// would be unknown otherwise. A message that failed does not make this throw.
    /// - Throws: `KafkaError` `_STATE` after `close`.
    public func send(_ messages: [some KafkaProducible]) async throws -> [KafkaDelivery] {
        if messages.isEmpty { return [] }
        let batch = DeliveryBatch(messages)
        try await admission.enter(batch.byteCount)
        var refusal: (any Error)?
        await batch.complete {
            do {
                while try !handle().produce(messages, batch) {}
            } catch {
                refusal = error
                admission.leave(batch.byteCount)
                _ = batch.settle(messages.count)
            }
        }
        if let refusal { throw refusal }
        return batch.deliveries()
    }

    /// Waits until everything outstanding has its report or the time is over, fails the rest, and frees the handle.
    ///
    /// Returns about a second after the deadline at the latest. May be repeated; `send` throws from now on.
    public func close(timeoutMilliseconds: Int) async {
        await end(withinMilliseconds: timeoutMilliseconds).wait(milliseconds: timeoutMilliseconds + 1000)
    }

    deinit { _ = end(withinMilliseconds: 1000) }

    private func end(withinMilliseconds milliseconds: Int) -> Latch {
        let handle = life.withLock { life in
            switch life {
            case .open(let handle):
                life = .closed(handle)
                return handle
            case .closed(let handle): return handle
            }
        }
        admission.close()
        handle.stop(withinMilliseconds: milliseconds)
        return handle.ended
    }

    /// The handle to write with; a new one when the last one ended by a fatal error.
    private func handle() throws -> ProducerHandle {
        try life.withLock { life in
            guard case .open(let handle) = life else { throw ProducerAdmission.closed }
            guard handle.isEnding else { return handle }
            log(KafkaLogLine(level: 4, facility: "FATAL", message: "replacing the producer's handle after a fatal error"))
            let successor = try ProducerHandle(
                settings: settings, context: ClientContext(log: log, statistics: statistics), admission: admission)
            life = .open(successor)
            return successor
        }
    }
}
