import ArgumentParser
import Store

/// `tuesday lanes`: who writes where, and how far.
struct LanesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lanes", abstract: "List the lanes: owner, position, what is not published, age of progress; recover them.",
        subcommands: [ListLanesCommand.self, LanesRecoverCommand.self], defaultSubcommand: ListLanesCommand.self)
}

struct ListLanesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the lanes.")

    @Flag(help: "Print JSON.")
    var json = false

    private struct Line: Encodable {
        let id: Int32
        let group: String
        let topic: String
        let partition: Int32?
        let owner: String?
        let epoch: Int64
        let nextOffset: Int64
        let laneSeq: Int64
        let publishedThrough: Int64
        let leaseSeconds: Double?
        let idleSeconds: Double
        let claimsSinceProgress: Int32
    }

    func run() async throws {
        try await CommandOutput.withPool("lanes") { pool in
            let lanes = try await LaneReader(pool: pool).lanes()
            if json {
                return try CommandOutput.printJSON(
                    lanes.map { lane in
                        Line(
                            id: lane.id, group: lane.group, topic: lane.topic, partition: lane.partition,
                            owner: lane.owner, epoch: lane.epoch, nextOffset: lane.nextOffset, laneSeq: lane.laneSeq,
                            publishedThrough: lane.publishedThrough, leaseSeconds: lane.leaseSeconds,
                            idleSeconds: lane.idleSeconds, claimsSinceProgress: lane.claimsSinceProgress)
                    })
            }
            TextTable(
                ["lane", "group", "topic", "partition", "offset", "committed", "unpublished", "owner", "lease", "progress"],
                lanes.map { lane in
                    [
                        "\(lane.id)", lane.group, lane.topic.isEmpty ? "-" : lane.topic,
                        lane.partition.map { "\($0)" } ?? "pool", "\(lane.nextOffset)", "\(lane.laneSeq)",
                        "\(lane.pendingCount)", lane.owner ?? "-", lease(of: lane),
                        "\(Int(lane.idleSeconds.rounded())) s ago",
                    ]
                }
            ).print()
        }
    }

    private func lease(of lane: LaneView) -> String {
        guard let seconds = lane.leaseSeconds else { return "free" }
        return seconds < 0 ? "ended" : "\(Int(seconds.rounded())) s"
    }
}
