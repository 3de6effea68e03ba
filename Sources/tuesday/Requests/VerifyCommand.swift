import ArgumentParser
import KafkaClient
import PostgresClient
import Runtime
import Store

/// `tuesday verify`: whether the database holds what the code promises, and Kafka what the database says of it.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the invariants of a Tuesday at work; changes nothing.",
        discussion: """
            Prints up to \(Verification.limit) violations of each rule, then every rule with their number. A million requests \
            take minutes and no memory to speak of here; PostgreSQL reads its tables, and sorts on disk what is beyond its \
            work_mem. Rules about work left undone look at what the groups have read; those that do not read, in the time \
            --wait gives them, what Kafka holds are not blamed, and the rule is said to be left out.

            Exit status: 0 when nothing is broken of what was looked at, 1 when something is, 69 when nothing is but Kafka \
            did not answer, so that its part was not looked at (with --no-kafka: 0).
            """)

    @Flag(help: "Do not ask Kafka: leave out what lanes have read and where they stand.")
    var noKafka = false

    @Option(help: "How many seconds the groups get to read what Kafka holds when this begins.")
    var wait = 10

    @Flag(help: "Print JSON: the rules, each with its violations, or why it was not looked at.")
    var json = false

    private struct Line: Encodable {
        let rule: String
        let isLookedAt: Bool
        let because: String?
        let violations: [String]
    }

    func validate() throws {
        guard (0...3_600).contains(wait) else { throw ValidationError("--wait takes 0...3600 seconds") }
    }

    func run() async throws {
        try await CommandOutput.withPool("verify") { pool in
            var asked: (broker: BrokerVerification, marks: ReadMarks)?
            var unanswered: KafkaError?
            if !noKafka {
                do { asked = try await ask(pool) } catch let error as KafkaError { unanswered = error }
            }
            var findings = try await Verification(pool: pool).findings(asked?.marks) { tell("checking that \($0)") }
            findings.append(try await figures(pool))
            do {
                if let broker = asked?.broker {
                    tell("checking the lanes against Kafka")
                    findings += try await broker.findings()
                }
            } catch let error as KafkaError { unanswered = error }
            if asked == nil || unanswered != nil {
                let obstacle = unanswered.map { "Kafka does not answer: \($0)" }
                    ?? (noKafka ? "Kafka was not asked (--no-kafka)" : "no lane ever read the log that Kafka has")
                findings.append(Verification.Finding(rule: "lanes stand where Kafka has them", obstacle: obstacle))
            }
            try show(findings)
            try conclude(findings, isUnanswered: unanswered != nil)
        }
    }

    /// Nil when no lane ever read the log that Kafka has.
    private func ask(_ pool: PostgresPool) async throws -> (broker: BrokerVerification, marks: ReadMarks)? {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        let admin = KafkaAdmin(settings: settings.kafkaClient, timeoutMilliseconds: 5_000)
        guard let log = try await PresentLog(settings: settings, admin: admin).id(in: pool) else { return nil }
        let broker = BrokerVerification(places: BrokerPlaces(pool: pool, admin: admin, log: log))
        tell("asking Kafka how far the groups have read")
        return (broker, try await broker.marks(within: .seconds(wait)))
    }

    private func figures(_ pool: PostgresPool) async throws -> Verification.Finding {
        let rule = "the figures are what the events say"
        tell("checking that \(rule)")
        let differences = try await StatisticsRecompute(pool: pool).recompute().prefix(Verification.limit)
        return Verification.Finding(
            rule: rule,
            violations: differences.map {
                "\($0.table) \($0.key): \($0.measure) is \($0.incremental), the events say \($0.recomputed)"
            })
    }

    // MARK: what is said

    private func tell(_ message: String) {
        if !json { CommandOutput.say(message) }
    }

    private func show(_ findings: [Verification.Finding]) throws {
        if json {
            return try CommandOutput.printJSON(
                findings.map {
                    Line(rule: $0.rule, isLookedAt: $0.obstacle == nil, because: $0.obstacle, violations: $0.violations)
                })
        }
        for sentence in findings.flatMap(\.sentences) { print(sentence) }
        TextTable(
            ["violations", "rule"],
            findings.map { finding in
                let count = finding.violations.count
                if let obstacle = finding.obstacle { return ["not looked at", "\(finding.rule): \(obstacle)"] }
                return [count < Verification.limit ? "\(count)" : "\(count) or more", finding.rule]
            }
        ).print()
    }

    private func conclude(_ findings: [Verification.Finding], isUnanswered: Bool) throws {
        if findings.contains(where: { !$0.violations.isEmpty }) { throw ExitCode(1) }
        let left = findings.count { $0.obstacle != nil }
        if isUnanswered {
            throw CommandFailure(
                "nothing is wrong with the database, but Kafka does not answer: \(left) rules were not looked at; try again, or "
                    + "give --no-kafka",
                exitStatus: ExitStatus.unavailable)
        }
        tell(left == 0 ? "All is well." : "All is well as far as was looked; \(left) of \(findings.count) rules were not looked at.")
    }
}
