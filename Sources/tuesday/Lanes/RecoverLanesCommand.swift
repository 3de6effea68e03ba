import ArgumentParser
import Contracts
import KafkaClient
import Runtime
import Store
import Workflow

/// `tuesday lanes recover`: puts lanes back on topics that were truncated or recreated, and fills them again.
struct RecoverLanesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover", abstract: "Put lanes whose records are gone where their partitions begin, and fill those again.",
        discussion: """
            A lane whose records were lost, or whose topic was recreated, stops with an alarm instead of skipping. This \
            puts such lanes at the first offset their partition holds, and lets every event that some group has not applied \
            leave once more, in one transaction. Workers go on by themselves, and know again what they had read. Raw \
            submissions lost with the topic are not in PostgreSQL: their senders repeat them, which does no harm with the \
            same source_id, or the same ce_source and ce_id.
            """)

    @Flag(help: "Put back every lane, also those whose place is right.")
    var all = false

    @Flag(help: "Say what would be put back, and change nothing.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    private struct Line: Encodable {
        let group: String
        let topic: String
        let partition: Int32
        let offset: Int64
        let newOffset: Int64
        let because: String
    }

    func run() async throws {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        let admin = KafkaAdmin(settings: settings.kafkaClient)
        try await CommandOutput.withPool("lanes recover") { pool in
            guard let log = try await PresentLog(settings: settings, admin: admin).id(in: pool) else {
                throw CommandFailure(
                    "no lane ever read this log; if the cluster is new, run `tuesday topics rebuild`",
                    exitStatus: ExitStatus.configuration)
            }
            let places = BrokerPlaces(pool: pool, admin: admin, log: log)
            var lines: [Line] = []
            var positions: [LanePosition] = []
            for place in try await places.places() {
                let problem = try await places.problem(of: place)
                guard let because = problem ?? (all ? "asked for" : nil) else { continue }
                let lane = place.lane
                positions.append(LanePosition(lane: lane.id, nextOffset: place.low))
                lines.append(
                    Line(
                        group: lane.group, topic: lane.topic, partition: lane.partition ?? -1, offset: lane.nextOffset,
                        newOffset: place.low, because: because))
            }
            try tell(lines)
            if dryRun { return }
            let producer = try KafkaProducer(settings: settings.kafkaClient)
            let repair = LogRepair(
                places: places, producer: producer, owner: settings.text(.instance), console: .standard)
            let outcome: Result<RepairOutcome, any Error>
            do {
                let begun = try await repair.begin(.unapplied, because: "lanes recover", resetting: positions)
                CommandOutput.say(
                    "\(begun.outcome.lanes) lanes put back; \(begun.outcome.events) events of "
                        + "\(begun.outcome.requests) unfinished requests leave once more")
                try await repair.publish(begun)
                outcome = .success(begun.outcome)
            } catch { outcome = .failure(error) }
            await producer.close(timeoutMilliseconds: 10_000)
            _ = try outcome.get()
        }
    }

    private func tell(_ lines: [Line]) throws {
        if json { return try CommandOutput.printJSON(lines) }
        guard !lines.isEmpty else { return CommandOutput.say("every lane stands where its partition has it") }
        TextTable(
            ["group", "topic", "partition", "offset", "new offset", "because"],
            lines.map { [$0.group, $0.topic, "\($0.partition)", "\($0.offset)", "\($0.newOffset)", $0.because] }
        ).print()
    }
}
