import Contracts
import Logging
import Synchronization

/// What a transaction is about to commit: kept outside it, so that it can be answered for when the connection is
/// lost during COMMIT and the lane's row shows that the commit landed.
public final class Prepared<Result: Sendable>: Sendable {
    private let box = Mutex<(LaneCommit, Result)?>(nil)

    public init() {}

    public func set(_ commit: LaneCommit, _ result: Result) {
        box.withLock { $0 = (commit, result) }
    }

    public var value: (LaneCommit, Result)? { box.withLock { $0 } }
}

/// A lane borrowed for work that has no partition: HTTP, timers, tools. One transaction at a time.
///
/// If its owner disappears, the lease runs out and any worker publishes the tail.
public actor PoolLane {
    private let pool: String
    private let owner: String
    private let keeper: any LaneKeeping
    private let sink: any MessageSink
    private let log: Logger
    private var ticket: LaneTicket?
    private var cursor: PublishingCursor?
    private var publishing: Task<Void, Never>?

    public init(pool: String, owner: String, keeper: any LaneKeeping, sink: any MessageSink, log: Logger) {
        self.pool = pool
        self.owner = owner
        self.keeper = keeper
        self.sink = sink
        self.log = log
    }

    /// Runs one transaction on the lane; borrows another lane when this one was taken over.
    ///
    /// - Parameter body: must call ``Prepared/set(_:_:)`` before it sends COMMIT.
    /// - Throws: ``LaneFault/registerChanged(_:)`` or ``LaneFault/failed(_:)``: nothing happened.
    ///   ``LaneFault/unavailable(_:)``: nothing happened, or a commit's answer was lost and nobody can tell: what is done again
    ///   then must know itself what it has done. Not to be called by two tasks at once.
    public func transact<Result: Sendable>(
        _ body: @Sendable (LaneTicket, Prepared<Result>) async throws -> LaneCommit
    ) async throws -> Result {
        while true {
            let (ticket, cursor) = try await current()
            var proposed = ticket
            proposed.publishedThrough = await cursor.publishedThrough
            let prepared = Prepared<Result>()
            do {
                let commit = try await body(proposed, prepared)
                guard let result = prepared.value?.1 else {
                    preconditionFailure("a lane's transaction prepares its result before it commits")
                }
                await committed(commit, proposed, cursor)
                return result
            } catch LaneFault.fenced {
                log.warning("lane was taken over; borrowing another", metadata: ["lane": "\(ticket.lane)"])
                await abandon()
            } catch LaneFault.outcomeUnknown {
                let found: LaneTicket
                do { found = try await keeper.resume(ticket) } catch LaneFault.fenced {
                    await abandon()
                    throw LaneFault.unavailable("the connection was lost during COMMIT and the lane was taken over")
                }
                // Not "further than this lane remembers": an earlier commit may have landed unheard while the row could not
                // be read. One that left no message has changed nothing that doing it again would not.
                if let (commit, result) = prepared.value, !commit.messages.isEmpty, found.laneSeq >= commit.laneSeq {
                    await committed(commit, proposed, cursor)
                    return result
                }
            }
        }
    }

    /// Publishes what is left and gives the lane back.
    public func close() async {
        guard let cursor, let ticket else { return }
        await cursor.finish()
        await publishing?.end(withinSeconds: 5)
        do { try await keeper.release(ticket) } catch {
            log.info("lane not released; its lease will run out", metadata: ["error": "\(error)"])
        }
        self.ticket = nil
        self.cursor = nil
    }

    /// How many committed messages wait for their delivery report.
    public var pendingCount: Int64 {
        get async { await cursor?.pendingCount ?? 0 }
    }

    private func current() async throws -> (LaneTicket, PublishingCursor) {
        if let ticket, let cursor { return (ticket, cursor) }
        let borrowed = try await keeper.borrow(pool: pool, owner: owner)
        let made = PublishingCursor(ticket: borrowed, keeper: keeper, sink: sink, log: log)
        ticket = borrowed
        cursor = made
        publishing = Task { await made.run() }
        return (borrowed, made)
    }

    private func committed(_ commit: LaneCommit, _ proposed: LaneTicket, _ cursor: PublishingCursor) async {
        ticket = proposed
        ticket?.laneSeq = commit.laneSeq
        await cursor.enqueue(commit, carried: proposed.publishedThrough)
    }

    private func abandon() async {
        publishing?.cancel()
        ticket = nil
        cursor = nil
    }
}
