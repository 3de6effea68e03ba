import Logging
import ServiceLifecycle
import Workflow

/// Does something again and again on a lane of its own: until there is nothing left to do, then waits a tick.
struct Ticking: ServiceLifecycle.Service {
    let tick: Duration
    let limit: Int
    let lane: PoolLane
    let watch: RoundWatch
    let log: Logger
    /// Does at most ``limit`` pieces and says how many it did.
    let work: @Sendable (Int, PoolLane) async throws -> Int

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                watch.began()
                do {
                    var isOver = false
                    while !isOver, !Task.isCancelled {
                        isOver = try await work(limit, lane) < limit
                        watch.cameRound()
                    }
                } catch {
                    if !Task.isCancelled {
                        watch.failed("\(error)")
                        log.warning("\(watch.name) is delayed", metadata: ["reason": "\(error)"])
                    }
                }
                do { try await Task.sleep(for: tick) } catch { return }
            }
        }
        await lane.close()
    }
}
