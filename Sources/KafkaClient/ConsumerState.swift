/// Everything about a consumer that tasks and its thread share; a value behind one lock.
struct ConsumerState {
    enum Command {
        case start(KafkaPartition, offset: Int64, assignment: Int?, CheckedContinuation<Void, any Error>)
        case stop(KafkaPartition, CheckedContinuation<Void, any Error>)
        case commit([KafkaPartition: Int64], CheckedContinuation<Void, any Error>)
        case resume(KafkaPartition)
        case revocationDone(id: UInt64)
    }

    enum Step {
        case records([KafkaRecord], resumeFetching: Bool)
        /// Revoked, lost, stopped, started anew, or closed.
        case ended
        case failed(KafkaError)
        /// Nothing to hand out yet. There are records, but fewer than the minimum, if `newestAt` says when the newest came.
        case wait(newestAt: Int64?, generation: UInt64)
    }

    /// What the group gave to this consumer, until `rd_kafka_assign` takes it away.
    var assigned: Set<KafkaPartition> = []
    /// Counts what the group gave; 0 before the first time.
    var assignment = 0
    var fetches: [KafkaPartition: FetchedPartition] = [:]
    var commands: [Command] = []
    var isRevoking = false
    var isClosing = false
    private var nextID: UInt64 = 0

    mutating func makeID() -> UInt64 {
        nextID += 1
        return nextID
    }

    /// Decides what a task that wants records gets now.
    ///
    /// - Parameter assignment: nil: whichever it was started under.
    mutating func step(
        _ partition: KafkaPartition, assignment: Int?, generation: UInt64?, maximumRecords: Int, maximumBytes: Int,
        minimumRecords: Int, maximumBufferedBytes: Int, taking: Bool
    ) -> Step {
        guard let fetch = fetches[partition], generation == nil || generation == fetch.generation,
            assignment == nil || assignment == fetch.assignment
        else { return .ended }
        let count = fetch.recordCount
        if count == 0 {
            if let failure = fetch.failure { return .failed(failure) }
            return .wait(newestAt: nil, generation: fetch.generation)
        }
        let isEnough = count >= min(minimumRecords, maximumRecords) || fetch.byteCount >= maximumBytes
        guard isEnough || fetch.isPaused || fetch.failure != nil else {
            return .wait(newestAt: fetch.newestAt, generation: fetch.generation)
        }
        if !taking { return .records([], resumeFetching: false) }
        let records = fetches[partition]!.take(maximumRecords: maximumRecords, maximumBytes: maximumBytes)
        let resumes = fetches[partition]!.isPaused && fetches[partition]!.heldBytes <= share(of: maximumBufferedBytes) / 2
        if resumes {
            fetches[partition]!.isPaused = false
            commands.append(.resume(partition))
        }
        return .records(records, resumeFetching: resumes)
    }

    /// Adds what one poll burst brought; returns whom to wake and which partitions are full now.
    mutating func append(
        _ bursts: [RecordBlock], maximumBufferedBytes: Int
    ) -> (wake: [FetchedPartition.Waiter], full: [KafkaPartition]) {
        var wake: [FetchedPartition.Waiter] = []
        var full: [KafkaPartition] = []
        let share = share(of: maximumBufferedBytes)
        let now = monotonicMilliseconds()
        for burst in bursts {
            // No buffer: it was revoked or stopped while the record was under way.
            guard fetches[burst.partition] != nil else { continue }
            fetches[burst.partition]!.append(burst.records, at: now)
            if fetches[burst.partition]!.heldBytes > share, !fetches[burst.partition]!.isPaused {
                fetches[burst.partition]!.isPaused = true
                full.append(burst.partition)
            }
            if let waiter = fetches[burst.partition]!.takeReadyWaiter() { wake.append(waiter) }
        }
        return (wake, full)
    }

    /// What of a bound on all buffers is one partition's.
    private func share(of bytes: Int) -> Int { bytes / max(1, assigned.count) }

    /// Takes that librdkafka has read a partition up to an offset, where it ends.
    ///
    /// - Returns: the offset after the last record that arrived; nil when nobody reads there, or not any more.
    func reachedEnd(of partition: KafkaPartition, at end: Int64) -> Int64? {
        guard let fetch = fetches[partition], fetch.failure == nil, fetch.nextOffset <= end else { return nil }
        return fetch.nextOffset
    }

    /// Where each healthy partition is to be fetched from; none of them is held back any more.
    mutating func continueAll() -> [(KafkaPartition, Int64)] {
        fetches.filter { $0.value.failure == nil }.keys.map { partition in
            fetches[partition]!.isPaused = false
            return (partition, fetches[partition]!.nextOffset)
        }
    }

    /// Ends fetching of a partition; returns who waited for it.
    mutating func end(_ partition: KafkaPartition) -> FetchedPartition.Waiter? {
        fetches.removeValue(forKey: partition)?.waiter
    }

    mutating func endAll() -> [FetchedPartition.Waiter] {
        defer { fetches = [:] }
        return fetches.values.compactMap(\.waiter)
    }
}
