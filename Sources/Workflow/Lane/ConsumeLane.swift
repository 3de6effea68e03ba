import Contracts
import Logging
import Metrics

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
    /// Waits before the next claim, the longer the more of them have failed.
    var backOff: @Sendable (_ failures: Int) async -> Void = Backoff.wait

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
        let failures = LaneFailures()
        while !Task.isCancelled, source.isAssigned {
            do {
                let (ticket, caution) = try await claim()
                failures.claimed()
                let cursor = PublishingCursor(ticket: ticket, keeper: keeper, sink: sink, log: log)
                let publishing = Task { await cursor.run() }
                let ended: Result<Void, any Error>
                do {
                    ended = .success(try await consume(ticket, caution, cursor, failures))
                } catch { ended = .failure(error) }
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
                status.set(origin, .waiting("\(fault)"))
                log.warning("lane waits", metadata: metadata(["reason": "\(fault)"]))
                await backOff(failures.add())
            } catch is CancellationError {
                return
            } catch where !source.isAssigned {
                // A partition that was just taken away answers nothing as it should; the next owner goes on with it.
                log.debug("lane ended", metadata: metadata(["error": "\(error)"]))
                return
            } catch {
                status.set(origin, .waiting("\(error)"))
                log.error("lane failed", metadata: metadata(["error": "\(error)"]))
                await backOff(failures.add())
            }
        }
    }

    private func claim() async throws -> (LaneTicket, Caution) {
        let origin = source.origin
        let ticket = try await keeper.claim(
            log: logID, group: origin.group, topic: origin.topic, partition: origin.partition, owner: owner)
        do { return try await begin(ticket) } catch {
            await release(ticket)
            throw error
        }
    }

    /// It publishes nothing as long as it stands still: whoever adopts lanes may. Done beside the lane, which may have been
    /// cancelled, but not for long; what fails is done at the next claim. Under another epoch the lane is another's, and
    /// stays so.
    private func release(_ ticket: LaneTicket) async {
        await Task {
            do { try await keeper.release(ticket) } catch {
                log.debug("lane not released", metadata: metadata(["error": "\(error)"]))
            }
        }.end(withinSeconds: 2)
    }

    /// Checks the place of a lane that was claimed, and starts to fetch from there.
    private func begin(_ claimed: LaneTicket) async throws -> (LaneTicket, Caution) {
        let origin = source.origin
        var ticket = claimed
        let (low, high) = try await source.watermarks()
        if ticket.isNew, low > 0 {
            log.warning(
                "records before the first offset are gone, and this lane has not read them",
                metadata: metadata(["low": "\(low)"]))
            try await handler.bootstrap(ticket: ticket, upTo: low) { status.worked(origin) }
            ticket.nextOffset = low
        } else {
            try await checkPlace(ticket, low: low, high: high)
        }
        var deaths = ticket.claimsSinceProgress
        // Behind the mark of a transaction or a gap it is the next record that kills.
        if deaths >= limits.deathsBeforeRejection, let record = try await source.firstRecord(from: ticket.nextOffset) {
            let problem = RecordProblem(
                reason: "handler_crash",
                detail: "workers died \(deaths) times at this place, the last times with nothing but this record in hand")
            let commit = try await keeper.reject(
                record, from: origin, because: problem, attempts: deaths, ticket: ticket.advanced(past: [record]))
            ticket = ticket.advanced(past: [record])
            ticket.laneSeq = commit.laneSeq
            ticket.claimsSinceProgress = 0
            // The next one may be no better.
            deaths = limits.loneFrom - 1
        }
        try await source.start(at: ticket.nextOffset)
        status.began(origin, at: ticket.nextOffset)
        Counter(label: "tuesday_lane_claims_total").increment()
        log.info(
            "lane claimed",
            metadata: metadata(["offset": "\(ticket.nextOffset)", "epoch": "\(ticket.epoch)"]))
        return (ticket, Caution(limits, deaths: deaths, written: ticket.claimsSinceProgress))
    }

    private func checkPlace(_ ticket: LaneTicket, low: Int64, high: Int64) async throws {
        let place = LanePlace(
            nextOffset: ticket.nextOffset, lastIdentity: ticket.lastIdentity, anchor: ticket.anchor)
        guard let problem = try await place.problem(low: low, high: high, record: { try await source.record(at: $0) })
        else { return }
        throw LaneFault.misplaced(problem)
    }

    /// Reads and applies until the partition is taken away, or is found to be another than the lane's.
    private func consume(
        _ ticket: LaneTicket, _ caution: Caution, _ cursor: PublishingCursor, _ failures: LaneFailures
    ) async throws {
        let watch = PlaceWatch(source: source, keeper: keeper, ticket: ticket, interval: limits.placeInterval)
        let consuming = Task { try await consume(ticket, caution, cursor, watch, failures) }
        // No child: a broker that does not answer its question must not hold up a lane that has to end.
        let watching = Task { if await watch.findsProblem() { consuming.cancel() } }
        defer { watching.cancel() }
        let ended = await withTaskCancellationHandler { await consuming.result } onCancel: { consuming.cancel() }
        if let finding = watch.finding { throw finding }
        try ended.get()
    }

    private func consume(
        _ first: LaneTicket, _ firstCaution: Caution, _ cursor: PublishingCursor, _ watch: PlaceWatch,
        _ failures: LaneFailures
    ) async throws {
        var ticket = first
        var caution = firstCaution
        let labels = [("group", source.origin.group)]
        let records = Counter(label: "tuesday_records_total", dimensions: labels)
        let batches = Counter(label: "tuesday_batches_total", dimensions: labels)
        let duration = Metrics.Timer(label: "tuesday_batch_duration_seconds", dimensions: labels)
        while true {
            let restedSince = ContinuousClock.now
            guard try await source.hasRecords(maximumRecords: caution.maximumRecords) else { return }
            let rested = ContinuousClock.now - restedSince
            let isOurs = try await turns.take(alone: caution.isAlone) {
                guard let batch = try await source.next(maximumRecords: caution.maximumRecords) else { return false }
                let fresh = batch.first.map { $0.offset >= ticket.nextOffset } == true
                    ? batch : batch.filter { $0.offset >= ticket.nextOffset }
                guard !fresh.isEmpty else { return true }
                let addition = caution.addition
                // Written before the handler runs: whoever claims after a crash sees how often it was tried.
                if let addition {
                    do { try await keeper.recordAttempt(ticket, adding: addition) } catch {
                        if error as? LaneFault != .fenced { withdrawAttempt(ticket, isCertain: false) }
                        throw error
                    }
                }
                let began = ContinuousClock.now
                do { try await apply(fresh[...], &ticket, cursor) } catch {
                    if addition != nil { withdrawAttempt(ticket, isCertain: true) }
                    throw error
                }
                caution.progressed()
                ticket.claimsSinceProgress = 0
                duration.recordNanoseconds(Int64((ContinuousClock.now - began) / .nanoseconds(1)))
                batches.increment()
                records.increment(by: fresh.count)
                return true
            }
            guard isOurs else { return }
            failures.gotOn()
            watch.moved(to: ticket, afterResting: rested)
            status.progressed(source.origin, nextOffset: ticket.nextOffset)
            await source.commit(ticket.nextOffset)
        }
    }

    /// Whoever can still say so has not died of what it tried. Tried for some seconds, beside the lane: it may have been
    /// cancelled, or be fenced, or PostgreSQL be away.
    ///
    /// - Parameter isCertain: it was counted. Where nobody knows, it is taken back only while the lane is ours: of another's
    ///   count it may be no part.
    private func withdrawAttempt(_ ticket: LaneTicket, isCertain: Bool) {
        Task {
            for failures in 1...8 {
                do {
                    if !isCertain { _ = try await keeper.resume(ticket) }
                    return try await keeper.withdrawAttempt(ticket)
                } catch is CancellationError { return } catch LaneFault.fenced { return } catch {
                    await Backoff.wait(failures)
                }
            }
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
            do { return try await keeper.resume(ticket) } catch LaneFault.unavailable(let why) {
                failures += 1
                status.set(source.origin, .waiting(why))
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
