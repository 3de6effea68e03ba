import Contracts
import Foundation
import KafkaClient
import TestSupport

/// What is kept of a run that broke something, for those who want to know how it came to that: what everybody wrote
/// meanwhile and says now, what the database holds, and what was read of the topics.
///
/// What cannot be had is named in `missing.txt`: to look must not take longer than it is worth, nor end the campaign.
struct KeptEvidence {
    /// Of one table or log, in bytes.
    private static let limit = 50 << 20
    private static let schemas = ["tuesday", "personal", "register", "witness", "clock"]
    /// What the server itself can tell.
    private static let views = ["pg_stat_activity", "pg_locks", "pg_stat_user_tables"]

    let folder: String
    private var missing: [String] = []

    private init(_ folder: String) { self.folder = folder }

    /// Workers stand still when it returns: the installation is of no further use.
    ///
    /// - Parameters:
    ///   - command: what repeats the run.
    ///   - marks: where logs ended when the run began.
    ///   - checker: of the run's installation and history.
    static func keep(
        in folder: String, of outcome: Run.Outcome, again command: String, marks: LogMarks, serverLog: String?,
        _ checker: Checker?
    ) async {
        var evidence = KeptEvidence(folder)
        await evidence.write("run.txt") { Data(Self.words(of: outcome, command).utf8) }
        if let installation = checker?.installation {
            // First what moves on.
            await evidence.write("workers.txt") { Data(await Self.workers(of: installation).utf8) }
            for slot in installation.slots { slot.signal(SIGSTOP) }
            for log in LogMarks.logs(in: installation.directory) { await evidence.write(log, since: marks) }
        }
        if let serverLog { await evidence.write(serverLog, since: marks) }
        if let checker {
            await evidence.write("history.txt") { Data(Self.words(of: checker.history).utf8) }
            await evidence.write("topics.txt") { Data(await Self.topics(checker).utf8) }
            await evidence.writeTables(of: checker.installation)
        }
        guard !evidence.missing.isEmpty else { return }
        let words = evidence.missing.joined(separator: "\n")
        await evidence.write("missing.txt") { Data("\(words)\n".utf8) }
    }

    private mutating func write(_ name: String, _ data: () async throws -> Data) async {
        let url = URL(fileURLWithPath: "\(folder)/\(name)")
        do {
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try await data().prefix(Self.limit).write(to: url)
        } catch { missing.append("\(name): \(error)") }
    }

    private mutating func write(_ log: String, since marks: LogMarks) async {
        let name = URL(fileURLWithPath: log).lastPathComponent
        do {
            let data = try marks.written(to: log, atMost: Self.limit)
            // Many are of processes that ended before.
            if !data.isEmpty { await write("logs/\(name)") { data } }
        } catch { missing.append("\(name): \(error)") }
    }

    private mutating func writeTables(of installation: Installation) async {
        let (server, database) = (installation.server, installation.database)
        var tables: [String] = []
        do {
            let names = try await server.csv(
                """
                select format('%I.%I', n.nspname, c.relname)
                from pg_class c
                join pg_namespace n on n.oid = c.relnamespace
                where n.nspname in (\(Self.schemas.map { "'\($0)'" }.joined(separator: ",")))
                  and c.relkind in ('r', 'p') and not c.relispartition
                order by 1
                """, database: database)
            tables = names.split(separator: "\n").dropFirst().map(String.init)
        } catch { missing.append("tables: \(error)") }
        for table in Self.views + tables {
            await write("tables/\(table).csv") {
                // A row is hardly ever larger than a kilobyte; what is too much all the same is cut off.
                Data(try await server.csv("select * from \(table) limit \(Self.limit >> 8)", database: database).utf8)
            }
        }
    }

    private static func words(of outcome: Run.Outcome, _ command: String) -> String {
        let covered = outcome.coverage.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        let acts = outcome.plan.acts.map { "\($0.fault.rawValue) after \($0.atMilliseconds) ms" }
        return """
            \(command)
            \(outcome.plan.parts)
            \(acts.joined(separator: "\n"))
            judged at \(Date.now.ISO8601Format())
            quiet after \(outcome.quietMilliseconds) ms, \(outcome.totalMilliseconds) ms in all
            \(outcome.repeated) records were repeated on the log

            \(outcome.sentences.joined(separator: "\n"))

            \(covered.joined(separator: "\n"))

            """
    }

    /// What workers say of themselves, and what the brokers have still to answer wrongly.
    private static func workers(of installation: Installation) async -> String {
        var lines: [String] = []
        for slot in installation.slots {
            let answer = await HTTP.readiness(slot.adminPort)
            lines.append("\(slot.name), started \(slot.startedCount) times, process \(slot.process?.processID ?? 0): "
                + (answer.map { "\($0.isReady ? "ready" : "not ready"): \($0.text)" } ?? "no answer"))
        }
        for broker in 1...BrokerProcess.brokerCount {
            for (request, name) in [(0, "produce"), (1, "fetch")] {
                let pending = try? await installation.broker.tell("pending \(request) \(broker)")
                let count = pending.flatMap(\.self).map(String.init) ?? "an unknown number of"
                lines.append("broker \(broker) has still to give \(count) answers to \(name) as it was told")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Every call in the order in which it was made, in milliseconds since the first.
    private static func words(of history: History) -> String {
        let entries = history.entries
        guard let first = entries.first?.invoked else { return "" }
        return entries.enumerated().map { number, entry in
            let times = [entry.invoked, entry.returned].map { instant in
                instant.map { "\(Int(($0 - first) / .milliseconds(1)))" } ?? "-"
            }
            let outcome = (entry.outcome.map { "\($0)" } ?? "none yet") + (entry.isDemanded ? " (demanded)" : "")
            return "\(number) \(times.joined(separator: " ")) \(entry.call) \(outcome)\n"
        }.joined()
    }

    /// How far each partition was read, where messages would be that nobody saw, and what became of the reading.
    private static func topics(_ checker: Checker) async -> String {
        let topics = checker.installation.topics
        var bounds: [KafkaPartition: (low: Int64, high: Int64)] = [:]
        var lines: [String] = []
        // Who has ended answers nobody, and to wait for each partition in turn would take minutes.
        if let words = Blame.lastWords(in: checker.installation) {
            lines.append("where the topics begin and end is not known: the brokers have ended: \(words)")
        } else {
            do { bounds = try await topics.watermarks() } catch {
                lines.append("where the topics begin and end is not known: \(error)")
            }
        }
        let offsets = await topics.offsets
        for partition in offsets.keys.sorted() {
            let place = bounds[partition].map { "low \($0.low), high \($0.high)" } ?? "low and high unknown"
            lines.append("\(partition): \(place), next \(offsets[partition]?.next ?? 0)")
        }
        lines.append("")
        let unread = await topics.unread.map { "not read: \($0)" }
        lines += unread.isEmpty ? ["nothing was passed over"] : unread
        lines.append("")
        do { lines += try await checker.whereabouts() } catch { lines.append("what was committed is not known: \(error)") }
        lines += ["", "the reader's diary:"] + (await topics.diary)
        return lines.joined(separator: "\n") + "\n"
    }
}
