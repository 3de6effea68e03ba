import ArgumentParser
import KafkaClient
import Messaging
import PostgresClient
import Runtime
import Store
import Workflow

/// `tuesday topics rebuild`: after a Kafka cluster was lost, publishes again what its readers may not have had.
struct TopicsRebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Publish again what readers of a lost Kafka cluster may not have had.",
        discussion: """
            Events of requests that some group has not fully applied, as fast as the slowest group reads; notifications of the \
            last week that no gateway gave a receipt for; open dead letters; the directory's last state. Workers are not \
            ready while PostgreSQL has events and the Kafka log is new to it; this lets them begin. The log is the cluster's \
            id and kafka.incarnation, which must be what the workers have. May be repeated, and run while workers work. \
            Submissions that nobody had read are gone with the cluster: their senders repeat them.
            """)

    @Flag(help: "The events of every request, every notification without a receipt and every dead letter.")
    var all = false

    func run() async throws {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        let admin = KafkaAdmin(settings: settings.kafkaClient)
        try await CommandOutput.withPool("topics rebuild") { pool in
            let log = try await LaneStore(pool: pool).log(
                cluster: try await admin.clusterName(), incarnation: settings.text(.kafkaIncarnation))
            let producer = try KafkaProducer(settings: settings.kafkaClient)
            let repair = LogRepair(
                places: BrokerPlaces(pool: pool, admin: admin, log: log.id), producer: producer,
                owner: settings.text(.instance), console: .standard)
            let outcome: Result<Void, any Error>
            do {
                // Before the log counts as rebuilt: when this is interrupted, it is to be run again.
                try await repair.republish(all: all)
                let begun = try await repair.begin(all ? .all : .unapplied, because: "topics rebuild")
                CommandOutput.say(
                    "\(begun.outcome.events) events of \(begun.outcome.requests) \(all ? "" : "unfinished ")requests leave once more")
                outcome = .success(try await repair.publish(begun))
            } catch { outcome = .failure(error) }
            await producer.close(timeoutMilliseconds: 10_000)
            try outcome.get()
        }
    }
}

extension RepublishedKind {
    var words: String {
        switch self {
        case .notifications: "notifications without a receipt"
        case .deadLetters: "dead letters"
        case .directory: "entries of the directory"
        }
    }
}
