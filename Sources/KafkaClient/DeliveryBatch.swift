import CRdKafka
import Synchronization

/// The messages of one `send`, and the reports that came back for them: one allocation for all, one continuation.
///
/// Each message's opaque pointer is the address of its slot, so a report finds its place without a look-up.
// @unchecked: a slot is written by one thread, either the sender (refused at once) or the polling thread (report), and
// read after `remaining` reached zero, which orders the writes before the reads.
final class DeliveryBatch: @unchecked Sendable {
    struct Slot {
        let batch: Unmanaged<DeliveryBatch>
        let byteCount: Int
        var code = RD_KAFKA_RESP_ERR_NO_ERROR
        var partition: Int32 = -1
        var offset: Int64 = -1
    }

    let slots: UnsafeMutableBufferPointer<Slot>
    let byteCount: Int
    /// Who takes the reports; set by the sender before the first message is handed over.
    var reports: DeliveryReports?
    private let remaining: Atomic<Int>
    private let continuation = Mutex<CheckedContinuation<Void, Never>?>(nil)

    init(_ messages: [some KafkaProducible]) {
        slots = .allocate(capacity: messages.count)
        // One more than there are messages: the sender's own share, so that the last report cannot end the batch while
        // the sender still walks over it.
        remaining = Atomic(messages.count + 1)
        let counts = messages.map(\.byteCount)
        byteCount = counts.reduce(0, +)
        for index in counts.indices {
            slots.initializeElement(at: index, to: Slot(batch: .passUnretained(self), byteCount: counts[index]))
        }
    }

    deinit {
        slots.deinitialize()
        slots.deallocate()
    }

    /// Runs `handOver`, and returns when every message has its report.
    func complete(after handOver: () -> Void) async {
        await withCheckedContinuation { continuation in
            self.continuation.withLock { $0 = continuation }
            handOver()
            if settle(1) { resume() }
        }
    }

    /// Counts settled shares; true for the call that settles the last one, whose caller then calls `resume`.
    func settle(_ count: Int) -> Bool {
        remaining.subtract(count, ordering: .acquiringAndReleasing).newValue == 0
    }

    func resume() {
        continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }?.resume()
    }

    func deliveries() -> [KafkaDelivery] {
        slots.map { slot in
            slot.code == RD_KAFKA_RESP_ERR_NO_ERROR
                ? .delivered(partition: slot.partition, offset: slot.offset) : .failed(KafkaError(slot.code))
        }
    }
}
