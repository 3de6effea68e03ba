import ArgumentParser
import KafkaClient
import PostgresClient
import Runtime
import Store

/// `tuesday topics rebuild`: after a Kafka cluster was lost, publishes again what the groups have not applied.
struct TopicsRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Publish again what some group has not applied, into a cluster that is new.",
        discussion: """
            Workers are not ready while PostgreSQL has events and the Kafka log is new to it; this lets them begin. The log \
            is the cluster's id and kafka.incarnation, which must be what the workers have. Safe to repeat. Submissions that \
            nobody had read are gone with the cluster: their senders repeat them.
            """)

    func run() async throws {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        let console = Console.standard
        let pool = PostgresPool(
            PostgresSettings(applicationName: "tuesday/\(Version.current) topics rebuild", maximumConnections: 2))
        let cluster = try await KafkaAdmin(settings: settings.kafkaClient).clusterID() ?? "unnamed"
        let log = try await LaneStore(pool: pool).log(
            cluster: cluster, incarnation: settings.text(.kafkaIncarnation))
        guard log.needsRebuild else {
            await pool.close()
            return console.say("nothing to do: this log is known already")
        }
        let producer = try KafkaProducer(settings: settings.kafkaClient)
        let (outcome, _) = try await TopicRebuild(pool: pool, producer: producer).begin(log: log.id, limit: .max)
        await producer.close(timeoutMilliseconds: 10_000)
        await pool.close()
        console.say("\(outcome.events) events of \(outcome.requests) unfinished requests published again")
    }
}
