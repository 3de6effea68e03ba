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

    @Flag(
        help: ArgumentHelp(
            "PostgreSQL was restored from a backup, and nobody works yet.",
            discussion: """
                Ids and versions that were handed out after the backup are not handed out again: lanes, register versions and \
                revisions of hours' figures go on at the minutes since 1970; the directory and every hour are told once more. \
                For a log that this database never had.
                """))
    var restored = false

    func run() async throws {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        let admin = KafkaAdmin(settings: settings.kafkaClient)
        try await CommandOutput.withPool("topics rebuild") { pool in
            if restored { try await restore(pool, settings, admin) }
            let log = try await LaneStore(pool: pool).log(
                cluster: try await admin.clusterName(), incarnation: settings.text(.kafkaIncarnation))
            // Nothing is on its way for longer than a lane's lease lasts.
            let producer = try KafkaProducer(
                settings: settings.kafkaClient.merging(["message.timeout.ms": "10000"]) { given, _ in given })
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

    private func restore(_ pool: PostgresPool, _ settings: Settings, _ admin: KafkaAdmin) async throws {
        guard try await PresentLog(settings: settings, admin: admin).id(in: pool) == nil else {
            throw CommandFailure(
                "this database knows the log already: after a restoration workers and tools need an empty cluster, or empty "
                    + "topics and a new kafka.incarnation; if this was interrupted, run it again without --restored",
                exitStatus: ExitStatus.configuration)
        }
        let outcome = try await Restoration(pool: pool).run()
        CommandOutput.say(
            "\(outcome.lanes) lanes retired, \(outcome.directoryEntries) entries of the directory written anew, "
                + "\(outcome.hours) hours to be told once more")
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
