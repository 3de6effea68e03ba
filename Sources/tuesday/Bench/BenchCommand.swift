import ArgumentParser

/// `tuesday bench`: measurements on this machine, each checked for correctness before it counts.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure Tuesday on this machine.", subcommands: [
            DrainCommand.self, LatencyCommand.self, HTTPCommand.self, LifecycleCommand.self, BurstCommand.self,
            DeadlinesCommand.self, RouteCommand.self, FloorCommand.self, PeerCommand.self,
        ])
}
