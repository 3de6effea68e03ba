import Contracts
import Logging

/// Publishes what workers that never came back had committed: takes over lanes whose lease ran out with an
/// unpublished tail, empties them and frees them.
public struct AdoptLanes: Sendable {
    let keeper: any LaneKeeping
    let sink: any MessageSink
    let owner: String
    let log: Logger

    public init(keeper: any LaneKeeping, sink: any MessageSink, owner: String, log: Logger) {
        self.keeper = keeper
        self.sink = sink
        self.owner = owner
        self.log = log
    }

    /// Looks every few seconds until cancelled.
    public func run() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                while let ticket = try await keeper.adopt(owner: owner) {
                    log.warning(
                        "publishing for a lane that nobody holds",
                        metadata: ["lane": "\(ticket.lane)", "pending": "\(ticket.laneSeq - ticket.publishedThrough)"])
                    let cursor = PublishingCursor(ticket: ticket, keeper: keeper, sink: sink, log: log)
                    await cursor.finish()
                    await cursor.run()
                    try await keeper.release(ticket)
                }
                failures = 0
            } catch {
                failures += 1
                log.info("no lanes adopted", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: .milliseconds(failures > 0 ? 5_000 : 3_000)) } catch { return }
        }
    }
}
