import Contracts
import Logging
import Metrics

/// Limits of a consuming lane.
public struct ConsumeLimits: Sendable {
    /// Most records in one transaction.
    public var maximumRecords: Int
    /// Claims without progress after which the first record of the lane is taken to be what kills its workers.
    public var claimsBeforeRejection: Int32

    public init(maximumRecords: Int = 5_000, claimsBeforeRejection: Int32 = 20) {
        self.maximumRecords = maximumRecords
        self.claimsBeforeRejection = claimsBeforeRejection
    }

    /// From the third claim without progress on, half as many each time, down to one.
    func records(afterClaims claims: Int32) -> Int {
        claims < 3 ? maximumRecords : max(1, maximumRecords >> min(30, Int(claims - 2)))
    }
}

/// Consumes one assigned partition until it is taken away: claims the lane, checks the place, then one batch, one
/// transaction, one publishing step after the other.
public struct ConsumeLane: Sendable {
    let source: any RecordSource
    let handler: any BatchHandler
    let keeper: any LaneKeeping
    let sink: any MessageSink
    let log: Logger
    let owner: String
    let logID: Int32
    let limits: ConsumeLimits
    let turns: Turns
    let status: LaneStatus

    /// - Parameter turns: shared by the lanes of a worker.
    public init(
        source: any RecordSource, handler: any BatchHandler, keeper: any LaneKeeping, sink: any MessageSink,
        log: Logger, owner: String, logID: Int32, limits: ConsumeLimits, turns: Turns, status: LaneStatus
    ) {
        self.source = source
        self.handler = handler
        self.keeper = keeper
        self.sink = sink
        self.log = log
        self.owner = owner
        self.logID = logID
        self.limits = limits
        self.turns = turns
        self.status = status
    }

    /// Returns when the partition is no longer ours; whatever fails is tried again here.
    public func run() async {
        let origin = source.origin
        var failures = 0
        while !Task.isCancelled, source.isAssigned {
            do {
                let ticket = try await claim()
                failures = 0
                let cursor = PublishingCursor(ticket: ticket, keeper: keeper, sink: sink, log: log)
                let publishing = Task { await cursor.run() }
                let ended: Result<Void, any Error>
                do { ended = .success(try await consume(ticket, cursor)) } catch { ended = .failure(error) }
                await cursor.finish()
                await publishing.end(withinSeconds: 5)
                try ended.get()
                return
            } catch let fault as LaneFault {
                if case .wrongPlace(let why) = fault {
                    // Nothing is skipped, and nothing is read, until an operator has recovered the lane; then it goes on.
                    if status.set(origin, .stopped(why)) {
                        log.critical("lane stopped", metadata: metadata(["reason": "\(why)"]))
                    }
                    do { try await Task.sleep(for: .seconds(10)) } catch { return }
                    continue
                }
                if fault == .fenced { Counter(label: "tuesday_fenced_total").increment() }
                failures += 1
                status.set(origin, .waiting("\(fault)"))
                log.warning("lane waits", metadata: metadata(["reason": "\(fault)"]))
                await Backoff.wait(failures)
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                status.set(origin, .waiting("\(error)"))
                log.error("lane failed", metadata: metadata(["error": "\(error)"]))
                await Backoff.wait(failures)
            }
        }
    }

    private func claim() async throws -> LaneTicket {
        let origin = source.origin
        var ticket = try await keeper.claim(
            log: logID, group: origin.group, topic: origin.topic, partition: origin.partition, owner: owner)
        let (low, high) = try await source.watermarks()
        if ticket.isNew, low > 0 {
            log.warning(
                "records before the first offset are gone, and nobody has read them", metadata: metadata(["low": "\(low)"]))
            ticket.nextOffset = low
            try await handler.bootstrap(ticket: ticket)
        } else {
            try await checkPlace(ticket, low: low, high: high)
        }
        if ticket.claimsSinceProgress >= limits.claimsBeforeRejection,
            let record = try await source.record(at: ticket.nextOffset)
        {
            let problem = RecordProblem(
                reason: "handler_crash",
                detail: "the lane was claimed \(ticket.claimsSinceProgress) times without getting past this record")
            let commit = try await keeper.reject(
                record, from: origin, because: problem, attempts: ticket.claimsSinceProgress,
                ticket: ticket.advanced(past: [record]))
            ticket = ticket.advanced(past: [record])
            ticket.laneSeq = commit.laneSeq
            ticket.claimsSinceProgress = 0
        }
        try await source.start(at: ticket.nextOffset)
        status.began(origin, at: ticket.nextOffset)
        Counter(label: "tuesday_lane_claims_total").increment()
        log.info(
            "lane claimed",
            metadata: metadata(["offset": "\(ticket.nextOffset)", "epoch": "\(ticket.epoch)"]))
        return ticket
    }

    private func checkPlace(_ ticket: LaneTicket, low: Int64, high: Int64) async throws {
        let place = LanePlace(nextOffset: ticket.nextOffset, lastIdentity: ticket.lastIdentity)
        guard let problem = try await place.problem(low: low, high: high, record: { try await source.record(at: $0) })
        else { return }
        throw LaneFault.wrongPlace("\(problem); run `tuesday lanes recover`")
    }

    private func consume(_ first: LaneTicket, _ cursor: PublishingCursor) async throws {
        var ticket = first
        var hasTried = false
        var limit = limits.records(afterClaims: ticket.claimsSinceProgress)
        let labels = [("group", source.origin.group)]
        let records = Counter(label: "tuesday_records_total", dimensions: labels)
        let batches = Counter(label: "tuesday_batches_total", dimensions: labels)
        let duration = Metrics.Timer(label: "tuesday_batch_duration_seconds", dimensions: labels)
        while try await source.hasRecords(maximumRecords: limit) {
            let isOurs = try await turns.take {
                guard let batch = try await source.next(maximumRecords: limit) else { return false }
                let fresh = batch.first.map { $0.offset >= ticket.nextOffset } == true
                    ? batch : batch.filter { $0.offset >= ticket.nextOffset }
                guard !fresh.isEmpty else { return true }
                if !hasTried {
                    // Written before the handler runs: whoever claims after a crash sees how often it was tried.
                    try await keeper.recordAttempt(ticket)
                    hasTried = true
                }
                let began = ContinuousClock.now
                try await apply(fresh[...], &ticket, cursor)
                limit = limits.maximumRecords
                ticket.claimsSinceProgress = 0
                duration.recordNanoseconds(Int64((ContinuousClock.now - began) / .nanoseconds(1)))
                batches.increment()
                records.increment(by: fresh.count)
                return true
            }
            guard isOurs else { return }
            status.progressed(source.origin, nextOffset: ticket.nextOffset)
            await source.commit(ticket.nextOffset)
        }
    }

    /// One transaction; on a failure that belongs to a record, halves until that record is alone, and rejects it.
    private func apply(
        _ records: ArraySlice<IncomingRecord>, _ ticket: inout LaneTicket, _ cursor: PublishingCursor
    ) async throws {
        var failures = 0
        while true {
            var proposed = ticket.advanced(past: Array(records))
            proposed.publishedThrough = await cursor.publishedThrough
            do {
                let commit = try await handler.handle(Array(records), from: source.origin, ticket: proposed)
                await accept(commit, &ticket, proposed, cursor)
                return
            } catch LaneFault.outcomeUnknown {
                let now = try await resume(ticket)
                guard now.nextOffset < proposed.nextOffset else {
                    await accept(LaneCommit(messages: [], laneSeq: now.laneSeq), &ticket, proposed, cursor)
                    return
                }
            } catch LaneFault.unavailable(let why) {
                failures += 1
                status.set(source.origin, .waiting(why))
                if failures == 1 { log.warning("lane paused", metadata: metadata(["reason": "\(why)"])) }
                await Backoff.wait(failures)
                if Task.isCancelled { throw CancellationError() }
            } catch LaneFault.failed(let why) {
                guard records.count > 1 else {
                    log.error("record rejected", metadata: metadata(["offset": "\(records.first!.offset)", "reason": "\(why)"]))
                    let commit = try await keeper.reject(
                        records.first!, from: source.origin,
                        because: RecordProblem(reason: "handler_failed", detail: why), attempts: 1, ticket: proposed)
                    await accept(commit, &ticket, proposed, cursor)
                    return
                }
                let middle = records.startIndex + records.count / 2
                try await apply(records[..<middle], &ticket, cursor)
                try await apply(records[middle...], &ticket, cursor)
                return
            }
        }
    }

    /// Reads, under the row's lock, what a lost COMMIT did; waits for PostgreSQL as long as it takes.
    private func resume(_ ticket: LaneTicket) async throws -> LaneTicket {
        var failures = 0
        while true {
            do { return try await keeper.resume(ticket) } catch LaneFault.unavailable {
                failures += 1
                await Backoff.wait(failures)
                if Task.isCancelled { throw CancellationError() }
            }
        }
    }

    private func accept(
        _ commit: LaneCommit, _ ticket: inout LaneTicket, _ proposed: LaneTicket, _ cursor: PublishingCursor
    ) async {
        ticket = proposed
        ticket.laneSeq = commit.laneSeq
        await cursor.enqueue(commit, carried: proposed.publishedThrough)
    }

    private func metadata(_ more: Logger.Metadata) -> Logger.Metadata {
        let origin = source.origin
        return more.merging(
            ["group": "\(origin.group)", "topic": "\(origin.topic)", "partition": "\(origin.partition)"]
        ) { first, _ in first }
    }
}
