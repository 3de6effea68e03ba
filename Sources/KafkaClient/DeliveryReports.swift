import CRdKafka
import Synchronization

/// Takes the delivery reports of one handle, many per poll, and passes on what they free and which batches they end.
// @unchecked: `freed...` and `finished` belong to the polling thread: librdkafka calls the report callback only inside
// `rd_kafka_poll` and `rd_kafka_flush`, which only that thread calls.
final class DeliveryReports: @unchecked Sendable {
    let admission: ProducerAdmission
    /// Messages handed over that have no report yet.
    let outstanding = Atomic<Int>(0)
    private var freedBytes = 0
    private var freedCount = 0
    private var finished: [DeliveryBatch] = []

    init(admission: ProducerAdmission) { self.admission = admission }

    static func register(in configuration: OpaquePointer) {
        rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, _ in
            guard let message, let slot = message.pointee._private?.assumingMemoryBound(to: DeliveryBatch.Slot.self)
            else { return }
            slot.pointee.code = message.pointee.err
            slot.pointee.partition = message.pointee.partition
            slot.pointee.offset = max(-1, message.pointee.offset)
            let batch = slot.pointee.batch.takeUnretainedValue()
            batch.reports?.note(slot.pointee.byteCount, of: batch)
        }
    }

    /// Runs one poll, then frees the room of what was reported in it, then lets the senders go on: in this order, so that
    /// a sender whose batch is done finds its bytes gone.
    func settle(during poll: () -> Void) {
        poll()
        guard freedCount > 0 else { return }
        admission.leave(freedBytes)
        outstanding.subtract(freedCount, ordering: .relaxed)
        for batch in finished { batch.resume() }
        freedBytes = 0
        freedCount = 0
        finished.removeAll(keepingCapacity: true)
    }

    private func note(_ byteCount: Int, of batch: DeliveryBatch) {
        freedBytes += byteCount
        freedCount += 1
        if batch.settle(1) { finished.append(batch) }
    }
}
