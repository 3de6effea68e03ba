import CRdKafka
import Failpoints

/// The consumer's one thread: polls message by message (the batch calls skip offsets), carries out commands in between,
/// and answers rebalances.
struct ConsumerThread {
    private struct Revocation {
        let id: UInt64
        let deadline: Int64
    }
    private static let burstRecords = 1024
    private static let burstBytes = 1 << 20

    private let core: ConsumerCore
    private var partitions = PartitionReader()
    private var revocation: Revocation?
    private var hasReportedFatal = false
    /// Partitions of the last assignment that was made.
    private var fetched: Set<KafkaPartition> = []
    /// Those of them that librdkafka holds paused.
    private var paused: Set<KafkaPartition> = []

    private var handle: OpaquePointer { core.handle.pointer }

    init(core: ConsumerCore) { self.core = core }

    mutating func run() {
        while !core.state.withLock({ $0.isClosing }) {
            failpoint("consumer.before-poll")
            receiveBurst()
            answerRebalances()
            carryOutCommands()
            if let revocation, monotonicMilliseconds() >= revocation.deadline {
                note(4, "REVOKE", "the application did not finish in time with its revoked partitions")
                release()
            }
        }
        close()
    }

    // MARK: Records

    private mutating func receiveBurst() {
        var bursts: [RecordBlockBuilder] = []
        var count = 0
        var bytes = 0
        var timeout: Int32 = 100
        while count < Self.burstRecords, bytes < Self.burstBytes,
            let message = rd_kafka_consumer_poll(handle, timeout)
        {
            timeout = 0
            defer { rd_kafka_message_destroy(message) }
            guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                append(bursts)
                bursts = []
                take(failure: message)
                continue
            }
            guard let partition = partitions.partition(of: message.pointee) else { continue }
            count += 1
            if bursts.last?.partition != partition { bursts.append(RecordBlockBuilder(partition)) }
            bytes += bursts[bursts.count - 1].append(message)
        }
        append(bursts)
    }

    private mutating func append(_ builders: [RecordBlockBuilder]) {
        if builders.isEmpty { return }
        let bursts = builders.map { $0.block() }
        let (wake, full) = core.state.withLock {
            $0.append(bursts, maximumBufferedBytes: core.limits.maximumBufferedBytes)
        }
        for waiter in wake { waiter.continuation.resume() }
        if full.isEmpty { return }
        // A pause drops what librdkafka has prefetched and goes back to the record after the last one polled.
        _ = PartitionList.with(full) { rd_kafka_pause_partitions(handle, $0) }
        paused.formUnion(full)
    }

    /// Resumes those of the partitions that are paused: resuming one that is not makes librdkafka drop what it has
    /// prefetched and fetch again from where the partition was started.
    private mutating func resume(_ partitions: [KafkaPartition]) {
        let paused = partitions.filter { self.paused.remove($0) != nil }
        if !paused.isEmpty { _ = PartitionList.with(paused) { rd_kafka_resume_partitions(handle, $0) } }
    }

    private mutating func take(failure message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let code = message.pointee.err
        if code == RD_KAFKA_RESP_ERR__PARTITION_EOF { return takeEnd(message.pointee) }
        let text = rd_kafka_message_errstr(message).map { String(cString: $0) }
        let partition = message.pointee.partition >= 0 ? partitions.partition(of: message.pointee) : nil
        let error = KafkaError(code, text)
        note(error.isRetriable ? 4 : 3, "CONSUME", "\(partition.map { "\($0): " } ?? "")\(error)")
        if error.isRetriable { return }
        guard let partition else {
            if !error.isFatal { core.events.yield(.failed(error, partition: nil)) }
            return
        }
        let (isStarted, waiter) = core.state.withLock { state -> (Bool, FetchedPartition.Waiter?) in
            guard state.fetches[partition] != nil, state.fetches[partition]!.failure == nil else { return (false, nil) }
            state.fetches[partition]!.failure = error
            return (true, state.fetches[partition]!.takeReadyWaiter())
        }
        guard isStarted else { return }
        reassign()
        waiter?.continuation.resume()
        core.events.yield(.failed(error, partition: partition))
    }

    /// What came before it has been appended: nothing that is still to come lies before this offset.
    private mutating func takeEnd(_ message: rd_kafka_message_t) {
        guard let atEnd = core.atEnd, let partition = partitions.partition(of: message),
            let after = core.state.withLock({ $0.reachedEnd(of: partition, at: message.offset) })
        else { return }
        atEnd(partition, after, message.offset)
    }

    // MARK: Rebalances

    private mutating func answerRebalances() {
        let (notices, fatal) = core.handle.context.inbox.withLock { inbox in
            defer { inbox.rebalances = [] }
            return (inbox.rebalances, inbox.fatal)
        }
        if let fatal, !hasReportedFatal {
            hasReportedFatal = true
            core.events.yield(.failed(fatal, partition: nil))
        }
        for notice in notices {
            partitions.forgetTopics()
            switch notice.kind {
            case .assigned:
                let assignment = core.state.withLock { state in
                    state.assigned = Set(notice.partitions)
                    state.assignment += 1
                    state.isRevoking = false
                    return state.assignment
                }
                // Nothing of it is fetched yet; the empty list only tells the group that the assignment was taken.
                reassign()
                core.events.yield(.assigned(notice.partitions.sorted(), assignment: assignment))
            case .revoked: revoke(notice.partitions.sorted())
            case .lost:
                endFetches()
                release()
                core.events.yield(.lost(notice.partitions.sorted()))
            case .failed(let error):
                let assigned = core.state.withLock { $0.assigned.sorted() }
                endFetches()
                release()
                core.events.yield(.lost(assigned))
                core.events.yield(.failed(error, partition: nil))
            }
        }
    }

    private mutating func revoke(_ partitions: [KafkaPartition]) {
        endFetches()
        guard !partitions.isEmpty else { return release() }
        let id = core.state.withLock { state in
            state.isRevoking = true
            return state.makeID()
        }
        revocation = Revocation(
            id: id, deadline: monotonicMilliseconds() + Int64(core.limits.revocationTimeoutMilliseconds))
        // Weak: an event nobody reads must not keep the consumer's thread and connections.
        core.events.yield(
            .revoked(partitions) { [weak core] in
                core?.state.withLock { $0.commands.append(.revocationDone(id: id)) }
                core?.wakeThread()
            })
    }

    private func endFetches() {
        let waiters = core.state.withLock { $0.endAll() }
        for waiter in waiters { waiter.continuation.resume() }
    }

    /// Gives the partitions back to the group.
    private mutating func release() {
        revocation = nil
        core.state.withLock { state in
            state.assigned = []
            state.isRevoking = false
        }
        rd_kafka_assign(handle, nil)
        settle()
    }

    /// Makes librdkafka fetch exactly the started partitions, each from the record after the last one that arrived.
    ///
    /// With the eager protocol the whole list is replaced: partitions already started are fetched anew from where they
    /// are, and what was prefetched of them is outdated by librdkafka and dropped. What had been fetched is stopped first,
    /// and runs again whether it was paused or not; whose buffer is full is paused with the next record that comes.
    @discardableResult
    private mutating func reassign() -> KafkaError? {
        if !fetched.isEmpty {
            _ = PartitionList.with([KafkaPartition]()) { rd_kafka_assign(handle, $0) }
            settle()
        }
        let offsets = core.state.withLock { $0.continueAll() }
        let code = PartitionList.with(offsets: offsets) { rd_kafka_assign(handle, $0) }
        fetched = Set(offsets.map(\.0))
        return code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
    }

    /// Returns when librdkafka has stopped what it fetched, which an assignment without it only asked for; nothing of it
    /// is paused any more.
    ///
    /// A resume waits in the same queue behind the stop and is answered synchronously. Only between two assignments, and
    /// later for a partition that has brought a record since, may a partition be paused or resumed: librdkafka 2.0.2 numbers
    /// what it is asked to do with a partition before it queues it, and whatever comes into the queue after a higher number is
    /// silently dropped. Its own thread starts the partitions of an assignment some time after the call returned, when others
    /// are stopped and commits answered; a resume of ours just then could take such a start's place, and the partition was never
    /// fetched. Also must no partition be in a third assignment before the stop that the second asked for is done: 2.0.2
    /// asks again, and aborts the process ("Assertion rktp->rktp_started failed").
    private mutating func settle() {
        if !fetched.isEmpty { _ = PartitionList.with(fetched) { rd_kafka_resume_partitions(handle, $0) } }
        (fetched, paused) = ([], [])
    }

    // MARK: Commands

    private mutating func carryOutCommands() {
        let commands = core.state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
        // Starts and stops that came together become one new assignment, and are answered after it.
        var answered: [CheckedContinuation<Void, any Error>] = []
        for command in commands {
            switch command {
            case .start(let partition, let offset, let assignment, let continuation):
                let (error, waiter) = begin(partition, at: offset, in: assignment)
                waiter?.continuation.resume()
                if let error { continuation.resume(throwing: error) } else { answered.append(continuation) }
            case .stop(let partition, let continuation):
                core.state.withLock { $0.end(partition) }?.continuation.resume()
                answered.append(continuation)
            case .commit(let offsets, let continuation): commit(offsets, continuation)
            case .resume(let partition):
                // Paused again, or gone, since it was posted: then it is out of date.
                let isWanted = core.state.withLock { $0.fetches[partition]?.isPaused == false }
                if isWanted { resume([partition]) }
            case .revocationDone(let id):
                if revocation?.id == id { release() }
            }
        }
        if answered.isEmpty { return }
        let isFetching = !fetched.isEmpty || core.state.withLock { !$0.fetches.isEmpty }
        let error = revocation == nil && isFetching ? reassign() : nil
        for continuation in answered {
            if let error { continuation.resume(throwing: error) } else { continuation.resume() }
        }
    }

    private func begin(
        _ partition: KafkaPartition, at offset: Int64, in assignment: Int?
    ) -> (KafkaError?, FetchedPartition.Waiter?) {
        core.state.withLock { state in
            guard state.assigned.contains(partition), assignment ?? state.assignment == state.assignment,
                !state.isRevoking, !state.isClosing
            else {
                return (KafkaError(RD_KAFKA_RESP_ERR__STATE, "\(partition) is not assigned to this consumer"), nil)
            }
            let waiter = state.end(partition)
            state.fetches[partition] = FetchedPartition(
                generation: state.makeID(), assignment: state.assignment, nextOffset: offset)
            return (nil, waiter)
        }
    }

    private func commit(_ offsets: [KafkaPartition: Int64], _ continuation: CheckedContinuation<Void, any Error>) {
        let assigned = core.state.withLock { $0.assigned }
        let own = offsets.filter { assigned.contains($0.key) }.map { ($0.key, $0.value) }
        if own.isEmpty { return continuation.resume() }
        let code = PartitionList.with(offsets: own) { rd_kafka_commit(handle, $0, 1) }
        if ClientContext.expectedOfCommits.contains(code.rawValue) {
            continuation.resume()
        } else {
            continuation.resume(throwing: KafkaError(code))
        }
    }

    // MARK: End

    private func close() {
        let left = core.state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
        for command in left {
            switch command {
            case .start(_, _, _, let continuation), .stop(_, let continuation):
                continuation.resume(throwing: ConsumerCore.closed)
            // A commit posted before the close is still worth sending.
            case .commit(let offsets, let continuation): commit(offsets, continuation)
            case .resume, .revocationDone: break
            }
        }
        core.handle.context.inbox.withLock { $0.isClosing = true }
        // A revocation already announced gets no second callback.
        rd_kafka_assign(handle, nil)
        rd_kafka_consumer_close(handle)
        core.handle.destroy(flags: RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        core.ended.open()
    }

    private func note(_ level: Int, _ facility: String, _ message: String) {
        core.handle.context.log(KafkaLogLine(level: level, facility: facility, message: message))
    }
}
