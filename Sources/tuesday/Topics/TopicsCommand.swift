import ArgumentParser
import Contracts
import Foundation
import KafkaClient
import Runtime

/// `tuesday topics`: creates, lists and measures the topics.
struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics", abstract: "Create, list, measure and refill the Kafka topics.",
        discussion: "Where Kafka is: TUESDAY_KAFKA_BOOTSTRAP, or the env file that `tuesday up` wrote.",
        subcommands: [Create.self, List.self, Lag.self, TopicsRebuildCommand.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create the topics that do not exist yet.",
            discussion: """
                Partitions and replicas come from topics.partitions and topics.replication. A topic that exists is left as \
                it is. The embedded broker of `tuesday up` has no administration: its host has created them already.
                """)

        func run() async throws {
            let settings = try Settings.read(program: .tuesday, arguments: [])
            let admin = KafkaAdmin(settings: settings.kafkaClient)
            let before = Set(try await admin.describeTopics().map(\.name))
            let missing = Topic.allCases.filter { !before.contains($0.rawValue) }
            guard !missing.isEmpty else {
                Console.standard.say("all \(Topic.allCases.count) topics exist already")
                return
            }
            if try await admin.clusterID()?.hasPrefix("mockCluster") == true {
                throw CommandFailure(
                    "this is an embedded broker, which has no administration: the `tuesday up` that hosts it creates the "
                        + "topics; missing: \(missing.map(\.rawValue).joined(separator: ", "))",
                    exitStatus: ExitStatus.unavailable)
            }
            try await admin.createTopics(
                missing.map {
                    KafkaTopicSpec(
                        name: $0.rawValue, partitions: settings.int(.topicsPartitions),
                        replication: settings.int(.topicsReplication), configuration: $0.configuration)
                })
            for topic in missing { print(topic.rawValue) }
            Console.standard.say("created \(missing.count) topics with \(settings.int(.topicsPartitions)) partitions each")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the topics and their partitions.")

        @Flag(help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let topic: String
            let partitions: Int
        }

        func run() async throws {
            let settings = try Settings.read(program: .tuesday, arguments: [])
            let found = try await KafkaAdmin(settings: settings.kafkaClient).describeTopics()
            let partitions = Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.partitions) })
            let rows = Topic.allCases.map { Row(topic: $0.rawValue, partitions: partitions[$0.rawValue] ?? 0) }
            if json { return try TextTable.printJSON(rows) }
            TextTable(
                ["topic", "partitions"], rows.map { [$0.topic, $0.partitions == 0 ? "missing" : String($0.partitions)] }
            ).print()
        }
    }

    struct Lag: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print how far each group of workers is behind.")

        @Flag(help: "Print JSON.")
        var json = false

        private struct Row: Encodable {
            let group: String
            let topic: String
            let partition: Int32
            let committed: Int64?
            let low: Int64
            let high: Int64
            let lag: Int64
        }

        func run() async throws {
            let settings = try Settings.read(program: .tuesday, arguments: [])
            let admin = KafkaAdmin(settings: settings.kafkaClient)
            var rows: [Row] = []
            for group in ConsumerGroup.allCases {
                let offsets = try await admin.groupLag(group: group.rawValue, topics: [group.topic.rawValue])
                for (partition, offset) in offsets.sorted(by: { $0.key < $1.key }) {
                    rows.append(
                        Row(
                            group: group.rawValue, topic: partition.topic, partition: partition.partition,
                            committed: offset.committed, low: offset.low, high: offset.high, lag: offset.lag))
                }
            }
            if json { return try TextTable.printJSON(rows) }
            TextTable(
                ["group", "topic", "partition", "committed", "low", "high", "lag"],
                rows.map { row in
                    [
                        row.group, row.topic, "\(row.partition)", row.committed.map { "\($0)" } ?? "-", "\(row.low)",
                        "\(row.high)", "\(row.lag)",
                    ]
                }
            ).print()
        }
    }
}

extension Settings {
    /// What a client of Kafka needs; the person's own librdkafka keys rank above.
    var kafkaClient: KafkaSettings {
        kafkaProperties.merging(["bootstrap.servers": text(.kafkaBootstrap), "client.id": program.name]) { given, _ in given }
    }
}
