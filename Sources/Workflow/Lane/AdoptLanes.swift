import Contracts
import Logging

/// Publishes what workers that never came back had committed: takes over lanes whose lease ran out with an
/// unpublished tail, empties them and frees them.
///
/// A lane of which Kafka takes nothing holds up the others until the message on its way has its report, so for
/// `message.timeout.ms` at most (30 seconds unless set); then it is left to its lease, which runs out, and adopted again.
public struct AdoptLanes: Sendable {
    let keeper: any LaneKeeping
    let sink: any MessageSink
    let owner: String
    let log: Logger
    let patience: Duration

    /// - Parameter patience: when a lane has published nothing for so long, nothing more of it is sent. Once what is on its way
    ///   has its report, other lanes are adopted instead, until the lane's lease of 15 seconds has run out.
    public init(
        keeper: any LaneKeeping, sink: any MessageSink, owner: String, log: Logger, patience: Duration = .seconds(4)
    ) {
        self.keeper = keeper
        self.sink = sink
        self.owner = owner
        self.log = log
        self.patience = patience
    }

    /// Looks every few seconds until cancelled.
    /// - Parameter looked: called after each look, and after each lane, with the error if it failed.
    public func run(_ looked: @Sendable ((any Error)?) -> Void = { _ in }) async {
        var failures = 0
        while !Task.isCancelled {
            do {
                while let ticket = try await keeper.adopt(owner: owner) {
                    log.warning(
                        "publishing for a lane that nobody holds",
                        metadata: ["lane": "\(ticket.lane)", "pending": "\(ticket.laneSeq - ticket.publishedThrough)"])
                    let cursor = PublishingCursor(ticket: ticket, keeper: keeper, sink: sink, log: log)
                    await empty(cursor)
                    if await cursor.pendingCount == 0 {
                        try await keeper.release(ticket)
                    } else if !Task.isCancelled {
                        log.warning("a lane is left unpublished for now", metadata: ["lane": "\(ticket.lane)"])
                    }
                    looked(nil)
                }
                failures = 0
                looked(nil)
            } catch {
                failures += 1
                log.info("no lanes adopted", metadata: ["error": "\(error)"])
                looked(error)
            }
            do { try await Task.sleep(for: .milliseconds(failures > 0 ? 5_000 : 3_000)) } catch { return }
        }
    }

    /// Publishes the tail for as long as it gets on. What is under way then is waited for, and the lease renewed meanwhile: of
    /// one message two may not be on their way, or an older one could arrive last.
    private func empty(_ cursor: PublishingCursor) async {
        await cursor.finish()
        let publishing = Task { await cursor.run() }
        let watching = Task { [patience] in
            var pending = await cursor.pendingCount
            while true {
                do { try await Task.sleep(for: patience) } catch { return }
                let left = await cursor.pendingCount
                if left >= pending { return publishing.cancel() }
                pending = left
            }
        }
        await withTaskCancellationHandler { await publishing.value } onCancel: { publishing.cancel() }
        watching.cancel()
    }
}
