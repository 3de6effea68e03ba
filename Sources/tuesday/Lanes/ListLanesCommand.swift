import ArgumentParser
import KafkaClient
import PostgresClient
import Runtime
import Store

/// `tuesday lanes list`.
struct ListLanesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the lanes.",
        discussion: """
            A lane of a worker's group reads one partition, and belongs to whoever Kafka assigns that to; the others are \
            pools that HTTP, timers and tools borrow from, for the time of a lease. Kafka tells how far the partitions go: \
            when it does not answer, the lag is unknown.
            """)

    @Flag(help: "Also the lanes of Kafka logs that are not read any more.")
    var all = false

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
        let lag: Int64?
        let laneSeq: Int64
        let publishedThrough: Int64
        let leaseSeconds: Double?
        let idleSeconds: Double
        let claimsSinceProgress: Int32

        init(_ lane: LaneView, lag: Int64?) {
            id = lane.id
            group = lane.group
            topic = lane.topic
            partition = lane.partition
            owner = lane.owner
            epoch = lane.epoch
            nextOffset = lane.nextOffset
            self.lag = lag
            laneSeq = lane.laneSeq
            publishedThrough = lane.publishedThrough
            // Whoever Kafka assigns the partition to holds the lane, until somebody claims it with a higher epoch.
            leaseSeconds = lane.partition == nil ? lane.leaseSeconds : nil
            idleSeconds = lane.idleSeconds
            claimsSinceProgress = lane.claimsSinceProgress
        }
    }

    func run() async throws {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        try await CommandOutput.withPool("lanes") { pool in
            async let asked = Self.askBroker(settings, pool)
            let lanes = try await LaneReader(pool: pool).lanes()
            let answer = await asked
            let shown = lanes.filter { lane in
                guard !all, case .success(let present?) = answer else { return true }
                return lane.log == nil || lane.log == present.log
            }
            let lags: [Int32: Int64]
            switch answer {
            case .success(let present): lags = present?.lags ?? [:]
            case .failure(let error):
                CommandOutput.say("Kafka does not answer, so the lag is unknown: \(error)")
                lags = [:]
            }
            let lines = shown.map { Line($0, lag: lags[$0.id]) }
            if json { return try CommandOutput.printJSON(lines) }
            table(lines).print()
            if shown.count < lanes.count {
                CommandOutput.say("\(lanes.count - shown.count) lanes of other Kafka logs are left out; --all shows them.")
            }
        }
    }

    /// Nil when this database never read the log that Kafka has.
    private static func askBroker(
        _ settings: Settings, _ pool: PostgresPool
    ) async -> Result<(log: Int32, lags: [Int32: Int64])?, any Error> {
        let admin = KafkaAdmin(settings: settings.kafkaClient, timeoutMilliseconds: 3_000)
        do {
            guard let log = try await PresentLog(settings: settings, admin: admin).id(in: pool) else {
                return .success(nil)
            }
            let places = try await BrokerPlaces(pool: pool, admin: admin, log: log).places()
            return .success((log, Dictionary(uniqueKeysWithValues: places.map { ($0.lane.id, $0.lag) })))
        } catch { return .failure(error) }
    }

    private func table(_ lines: [Line]) -> TextTable {
        TextTable(
            [
                "lane", "group", "topic", "partition", "epoch", "offset", "lag", "committed", "published", "owner", "lease",
                "progress", "claims",
            ],
            lines.map { line in
                [
                    "\(line.id)", line.group, line.topic.isEmpty ? "-" : line.topic, line.partition.map { "\($0)" } ?? "pool",
                    "\(line.epoch)", line.partition == nil ? "-" : "\(line.nextOffset)",
                    line.partition == nil ? "-" : line.lag.map { "\($0)" } ?? "?", "\(line.laneSeq)",
                    "\(line.publishedThrough)", line.owner ?? "-", lease(line), "\(Int(line.idleSeconds.rounded())) s ago",
                    "\(line.claimsSinceProgress)",
                ]
            })
    }

    private func lease(_ line: Line) -> String {
        if line.partition != nil { return "-" }
        guard let seconds = line.leaseSeconds else { return "free" }
        return seconds < 0 ? "ended" : "\(Int(seconds.rounded())) s"
    }
}
