import CRdKafka
import Synchronization

/// What a consumer's tasks and its thread meet in: the shared state, and the ways to wait for it.
///
/// Tasks post commands and wake the thread; only the thread (`ConsumerThread`) calls librdkafka.
final class ConsumerCore: Sendable {
    let handle: ClientHandle
    let events: AsyncStream<KafkaAssignmentEvent>.Continuation
    let limits: KafkaConsumerLimits
    let atEnd: KafkaConsumer.AtEnd?
    let state = Mutex(ConsumerState())
    /// Open when the thread has left the group and freed the handle.
    let ended = Latch()

    init(
        handle: ClientHandle, events: AsyncStream<KafkaAssignmentEvent>.Continuation, limits: KafkaConsumerLimits,
        atEnd: KafkaConsumer.AtEnd?
    ) {
        self.handle = handle
        self.events = events
        self.limits = limits
        self.atEnd = atEnd
    }

    func subscribe(to topics: [String]) throws {
        rd_kafka_poll_set_consumer(handle.pointer)
        let code = PartitionList.with(topics.map { KafkaPartition(topic: $0, partition: -1) }) {
            rd_kafka_subscribe(handle.pointer, $0)
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let error = KafkaError(code, "subscribing to \(topics): \(KafkaError(code).message)")
            let handle = handle
            ended.open()
            startThread("kafka-consumer") { handle.destroy(flags: RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) }
            throw error
        }
        startThread("kafka-consumer") { [self] in
            var thread = ConsumerThread(core: self)
            thread.run()
        }
    }

    /// Posts a command and waits until the thread has carried it out.
    func perform(
        _ command: @Sendable (CheckedContinuation<Void, any Error>) -> ConsumerState.Command
    ) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isClosing { state.commands.append(command(continuation)) }
                return !state.isClosing
            }
            if isOpen { wakeThread() } else { continuation.resume(throwing: Self.closed) }
        }
    }

    /// - Parameter taking: false to leave the records where they are and return none.
    func awaitBatch(
        of partition: KafkaPartition, in assignment: Int?, maximumRecords: Int, maximumBytes: Int, minimumRecords: Int,
        linger: KafkaLinger, taking: Bool
    ) async throws -> [KafkaRecord]? {
        var generation: UInt64?
        var patience = LingerPatience(linger)
        while true {
            try Task.checkCancellation()
            let step = state.withLock { state in
                // The first look may already find enough; a lone record starts the wait below.
                state.step(
                    partition, assignment: assignment, generation: generation, maximumRecords: maximumRecords,
                    maximumBytes: maximumBytes, minimumRecords: patience.isOver ? 1 : minimumRecords,
                    maximumBufferedBytes: limits.maximumBufferedBytes, taking: taking)
            }
            switch step {
            case .ended: return nil
            case .failed(let error): throw error
            case .records(let records, let resumesFetching):
                if resumesFetching { wakeThread() }
                return records
            case .wait(let newestAt, let current):
                generation = current
                let hasSome = newestAt != nil
                patience.look(newestAt: newestAt, now: monotonicMilliseconds())
                if patience.isOver, hasSome { continue }
                try await wait(
                    for: partition, generation: current, records: hasSome ? min(minimumRecords, maximumRecords) : 1,
                    bytes: hasSome ? maximumBytes : 1, until: patience.until)
            }
        }
    }

    /// Ends what tasks wait for, now; the thread does the rest.
    func beginClosing() {
        let waiters = state.withLock { state in
            state.isClosing = true
            return state.endAll()
        }
        for waiter in waiters { waiter.continuation.resume() }
        events.finish()
        wakeThread()
    }

    /// Interrupts the poll under way, or the next one if none is.
    func wakeThread() {
        // After the end there is no thread to wake: that refusal is the answer.
        try? handle.borrow { pointer in
            let queue = rd_kafka_queue_get_consumer(pointer)
            rd_kafka_queue_yield(queue)
            rd_kafka_queue_destroy(queue)
        }
    }

    static let closed = KafkaError(RD_KAFKA_RESP_ERR__STATE, "this consumer is closed")

    /// Waits for so many records or bytes; returns early at the deadline, on cancellation and when the partition ends.
    private func wait(
        for partition: KafkaPartition, generation: UInt64, records: Int, bytes: Int, until deadline: Int64?
    ) async throws {
        let id = state.withLock { $0.makeID() }
        let conflict = Mutex(false)
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let waits = state.withLock { state in
                    // Cancelled before this lock: the handler found no waiter, so none may be left behind.
                    guard !Task.isCancelled, state.fetches[partition]?.generation == generation else { return false }
                    if state.fetches[partition]!.waiter != nil {
                        conflict.withLock { $0 = true }
                        return false
                    }
                    state.fetches[partition]!.waiter = FetchedPartition.Waiter(
                        id: id, records: records, bytes: bytes, continuation: continuation)
                    // Records may have come between the look at the buffer and this lock.
                    return state.fetches[partition]!.takeReadyWaiter() == nil
                }
                guard waits else { return continuation.resume() }
                if let deadline {
                    after(milliseconds: Int(deadline - monotonicMilliseconds())) { [self] in wake(id, of: partition) }
                }
            }
        } onCancel: {
            wake(id, of: partition)
        }
        if conflict.withLock({ $0 }) {
            throw KafkaError(RD_KAFKA_RESP_ERR__CONFLICT, "another task waits for the next batch of \(partition)")
        }
    }

    private func wake(_ id: UInt64, of partition: KafkaPartition) {
        let waiter = state.withLock { state -> FetchedPartition.Waiter? in
            guard let waiter = state.fetches[partition]?.waiter, waiter.id == id else { return nil }
            state.fetches[partition]!.waiter = nil
            return waiter
        }
        waiter?.continuation.resume()
    }
}
