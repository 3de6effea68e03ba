import CRdKafka
import Failpoints
import Synchronization

/// One life of a producer: a librdkafka handle, the thread that polls its delivery reports, and its end.
///
/// The end is either asked for (`stop`) or a fatal error of the idempotent producer; after it no message enters.
final class ProducerHandle: Sendable {
    private struct State {
        var isEnding = false
        /// Senders inside `produce`, and messages without a report: the handle outlives both.
        var senders = 0
        /// When a requested end stops waiting for brokers.
        var deadline: Int64?
        var topics = TopicHandles()
    }
    private let handle: ClientHandle
    private let reports: DeliveryReports
    private let state = Mutex(State())
    /// Open when the thread has freed the handle.
    let ended = Latch()

    init(settings: KafkaSettings, context: ClientContext, admission: ProducerAdmission) throws {
        reports = DeliveryReports(admission: admission)
        handle = try ClientHandle(RD_KAFKA_PRODUCER, settings, context, configure: DeliveryReports.register)
        startThread("kafka-producer") { [self] in poll() }
    }

    /// Hands over the batch; false when this handle takes no more, and then nothing of it was handed over.
    func produce(_ messages: [some KafkaProducible], _ batch: DeliveryBatch) -> Bool {
        let isOpen = state.withLock { state in
            if !state.isEnding { state.senders += 1 }
            return !state.isEnding
        }
        guard isOpen else { return false }
        defer { state.withLock { $0.senders -= 1 } }
        batch.reports = reports
        reports.outstanding.add(messages.count, ordering: .relaxed)
        var writer = MessageWriter(handle: handle.pointer)
        var refusedCount = 0
        var refusedBytes = 0
        for index in messages.indices {
            // After a full queue the rest of the batch is refused too: a later message must not overtake an earlier one.
            var code = refusedCount > 0 && batch.slots[index - 1].code == RD_KAFKA_RESP_ERR__QUEUE_FULL
                ? RD_KAFKA_RESP_ERR__QUEUE_FULL : RD_KAFKA_RESP_ERR_NO_ERROR
            if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                let topic = writer.topic(named: messages[index].topicName) {
                    state.withLock { $0.topics.handle(of: messages[index].topicName, in: handle.pointer) }
                }
                code = writer.write(messages[index], topic: topic, opaque: batch.slots.baseAddress! + index)
            }
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            batch.slots[index].code = code
            refusedCount += 1
            refusedBytes += batch.slots[index].byteCount
        }
        writer.free()
        failpoint("produce.handed-over")
        if refusedCount > 0 {
            reports.outstanding.subtract(refusedCount, ordering: .relaxed)
            reports.admission.leave(refusedBytes)
            // The sender's own share of the batch is still open, so this cannot be the last.
            _ = batch.settle(refusedCount)
        }
        return true
    }

    /// Asks the thread to wait for outstanding reports until so many milliseconds are over, then to end.
    func stop(withinMilliseconds milliseconds: Int) {
        state.withLock { state in
            state.isEnding = true
            state.deadline = state.deadline ?? monotonicMilliseconds() + Int64(milliseconds)
        }
    }

    private func poll() {
        while !isEnding {
            reports.settle(during: { _ = rd_kafka_poll(handle.pointer, 100) })
            if handle.context.inbox.withLock({ $0.fatal }) != nil { state.withLock { $0.isEnding = true } }
        }
        let deadline = state.withLock { $0.deadline } ?? 0
        while isBusy, monotonicMilliseconds() < deadline {
            let rest = max(1, min(100, deadline - monotonicMilliseconds()))
            reports.settle(during: { _ = rd_kafka_flush(handle.pointer, Int32(rest)) })
        }
        // Out of time, or fatal: what is left fails now, and each of it still gets its report.
        while isBusy {
            reports.settle(during: {
                _ = rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
                _ = rd_kafka_poll(handle.pointer, 10)
            })
        }
        state.withLock { $0.topics.destroyAll() }
        handle.destroy()
        ended.open()
    }

    var isEnding: Bool { state.withLock { $0.isEnding } }
    private var isBusy: Bool { state.withLock { $0.senders > 0 } || reports.outstanding.load(ordering: .relaxed) > 0 }
}

/// librdkafka's handle of each topic written to, so that a message costs no look-up by name.
// @unchecked: lives inside the lock of `ProducerHandle`; a topic handle may be used from any thread.
private struct TopicHandles: @unchecked Sendable {
    private var handles: [String: OpaquePointer] = [:]

    mutating func handle(of topic: String, in producer: OpaquePointer) -> OpaquePointer? {
        if let known = handles[topic] { return known }
        let made = rd_kafka_topic_new(producer, topic, nil)
        handles[topic] = made
        return made
    }

    mutating func destroyAll() {
        for handle in handles.values { rd_kafka_topic_destroy(handle) }
        handles = [:]
    }
}
