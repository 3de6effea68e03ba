import Logging
import ServiceLifecycle
import Workflow

/// Does something again and again on a lane of its own: until there is nothing left to do, then waits a tick.
public struct Ticking: ServiceLifecycle.Service {
    private let name: String
    private let tick: Duration
    private let limit: Int
    private let lane: PoolLane
    private let log: Logger
    private let work: @Sendable (Int, PoolLane) async throws -> Int

    /// - Parameter work: does at most `limit` pieces and says how many it did.
    public init(
        _ name: String, every tick: Duration, limit: Int = 1_000, lane: PoolLane, log: Logger,
        work: @escaping @Sendable (Int, PoolLane) async throws -> Int
    ) {
        self.name = name
        self.tick = tick
        self.limit = limit
        self.lane = lane
        self.log = log
        self.work = work
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while try await work(limit, lane) >= limit, !Task.isCancelled {}
                } catch {
                    if !Task.isCancelled {
                        log.warning("\(name) is delayed", metadata: ["reason": "\(error)"])
                    }
                }
                do { try await Task.sleep(for: tick) } catch { return }
            }
        }
        await lane.close()
    }
}
