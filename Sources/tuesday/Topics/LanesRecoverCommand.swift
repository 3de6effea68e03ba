import ArgumentParser
import Contracts
import KafkaClient
import Runtime
import Store

/// `tuesday lanes recover`: puts lanes back on topics that were truncated or recreated, and fills them again.
struct LanesRecoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover", abstract: "Reset lanes whose offsets the topic no longer has, and publish again what is missing.",
        discussion: """
            A lane whose records were lost, or whose topic was recreated, stops with an alarm instead of skipping. This \
            moves such lanes to the first offset their partition holds and publishes again, from PostgreSQL, every event \
            some group has not applied. Workers go on by themselves. Raw submissions lost with the topic are not in \
            PostgreSQL: their senders repeat them.
            """)

    @Flag(help: "Reset every lane, also those whose offset exists: for a topic recreated under its old name.")
    var all = false

    @Flag(help: "Say what would be reset, and change nothing.")
    var dryRun = false

    func run() async throws {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        let admin = KafkaAdmin(settings: settings.kafkaClient)
        try await CommandOutput.withPool("lanes recover") { pool in
            let cluster = try await admin.clusterID() ?? "unnamed"
            let log = try await LaneStore(pool: pool).log(
                cluster: cluster, incarnation: settings.text(.kafkaIncarnation))
            let lanes = try await LaneReader(pool: pool).lanes()
            var positions: [LaneRecovery.Position] = []
            for group in ConsumerGroup.allCases {
                let found = try await admin.groupLag(group: group.rawValue, topics: [group.topic.rawValue])
                for (partition, offset) in found.sorted(by: { $0.key < $1.key }) {
                    // A partition has a lane per log; only this log's offsets can be judged by its watermarks.
                    let isRight = lanes.contains {
                        $0.group == group.rawValue && $0.topic == partition.topic && $0.partition == partition.partition
                            && offset.low <= $0.nextOffset && $0.nextOffset <= offset.high
                    }
                    if all || !isRight {
                        positions.append(
                            .init(
                                group: group.rawValue, topic: partition.topic, partition: partition.partition,
                                low: offset.low))
                    }
                }
            }
            guard !dryRun else {
                for position in positions { print("\(position.group) \(position.topic)/\(position.partition) -> \(position.low)") }
                return
            }
            let count = try await LaneRecovery(pool: pool).reset(positions, log: log.id)
            let producer = try KafkaProducer(settings: settings.kafkaClient)
            let (outcome, _) = try await TopicRebuild(pool: pool, producer: producer).begin(log: log.id, limit: .max)
            await producer.close(timeoutMilliseconds: 10_000)
            CommandOutput.say(
                "\(count) lanes reset; \(outcome.events) events of \(outcome.requests) unfinished requests published again")
        }
    }
}
