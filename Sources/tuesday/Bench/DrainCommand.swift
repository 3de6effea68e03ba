import ArgumentParser
import Contracts
import Domain
import Runtime

/// `tuesday bench drain`: how fast submissions on the topic become routed, followed and counted requests.
struct DrainCommand: BenchMeasurement {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Drain submissions through intake, router, follow-up and statistics, and check every one.",
        discussion: """
            The time runs from the first record produced until every group has applied every record. Only services that \
            some cadre is certified for are submitted, and every cadre's capacity is raised: a run in which less than \
            99 % are assigned is no result, nor is one that does not balance.

            \(BenchOptions.servers)
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "How many submissions are measured.")
    var requests = 100_000

    @Option(help: "How many go through first, uncounted.")
    var warmUp = 20_000

    func validate() throws {
        guard requests > 0, warmUp >= 0 else {
            throw ValidationError("--requests takes 1 or more, --warm-up 0 or more")
        }
    }

    func measure(on ground: BenchGround) async throws -> BenchReport {
        let source = try SubmissionSource(try await ground.register(), at: SystemClock().now())
        let drain = Drain(ground: ground, source: source)
        var report = BenchReport("drain", settings: [("requests", "\(requests)")])
        if warmUp > 0 { _ = try await Self.run(drain, warmUp, name: "warm-up") }
        for number in 1...options.repeats {
            let run = try await Self.run(drain, requests, name: "run \(number) of \(options.repeats)")
            report.add(run)
        }
        report.note(source)
        return report
    }

    /// A drain with what it used and its closed books.
    struct Run: Sendable {
        let pace: DrainPace
        let use: ResourceUse
        let balance: BenchBooks.Balance
    }

    /// - Throws: ``CommandFailure`` unless the books balance and at least 99 % were assigned.
    static func run(_ drain: Drain, _ count: Int, name: String) async throws -> Run {
        let ground = drain.ground
        let messages = drain.messages(count, label: RunLabel.make("drain"))
        let books = try await BenchBooks.open(ground.pool, ground.admin)
        let (pace, use) = try await ground.metered { try await drain.run(messages, name: name) }
        let balance = try await books.close(expecting: count)
        guard balance.assignedShare >= 0.99 else {
            throw CommandFailure(
                "no result: only \(balance.assigned) of \(count) requests were assigned, 99 % are asked for")
        }
        ground.console.say(
            "\(name): \(Int(pace.rate)) requests/s, \(BenchReport.number(use.machineCPUSeconds * 100_000 / Double(count), 1)) "
                + "CPU-s per 100,000 on the whole machine")
        return Run(pace: pace, use: use, balance: balance)
    }
}

extension BenchReport {
    mutating func add(_ run: DrainCommand.Run) {
        add("requests_per_second", "requests a second, through every stage", run.pace.rate, decimals: 0)
        add("assigned_share", "share assigned", run.balance.assignedShare, decimals: 4)
        add("events_per_request", "events a request", Double(run.balance.events) / Double(run.pace.requests), decimals: 2)
        add(
            "submission_bytes", "bytes of a submission's record", Double(run.pace.submissionBytes) / Double(run.pace.requests),
            decimals: 0)
        add(run.use, requests: run.pace.requests)
        plots = [
            TerminalPlot(
                title: "requests through every stage, a second (last run)", values: run.pace.rates,
                axis: "0 to \(Self.number(run.pace.seconds, 1)) s")
        ]
    }

    mutating func note(_ source: SubmissionSource) {
        let share = Self.number(source.servedShare * 100, 1)
        notes.append(
            "Submitted were services that somebody is certified for: \(share) % of all pairs of village and service.")
    }
}
