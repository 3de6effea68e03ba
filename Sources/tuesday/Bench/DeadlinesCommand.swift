import ArgumentParser
import Contracts
import Domain
import PostgresClient
import Runtime

/// `tuesday bench deadlines`: how fast follow-up fires what has become due all at once.
struct DeadlinesCommand: BenchMeasurement {
    static let configuration = CommandConfiguration(
        commandName: "deadlines",
        abstract: "Make many deadlines overdue at one moment, and time until follow-up has fired them all.",
        discussion: """
            Requests are drained first; then one statement moves the deadlines to resolve into the past: their reminders, \
            which tell the owner, and in another run the promises themselves, each of which becomes an event, a \
            notification and a figure. The time runs from that statement's commit until nothing is due any more.

            \(BenchOptions.servers)
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "How many deadlines become due at once.")
    var requests = 20_000

    /// So that waiting for the next look is not most of a short run.
    var workerSettings: [String: String] { ["TUESDAY_FOLLOWUP_TICK_MS": "50"] }

    func validate() throws {
        guard (1...10_000_000).contains(requests) else { throw ValidationError("--requests takes 1...10000000") }
    }

    func measure(on ground: BenchGround) async throws -> BenchReport {
        try ground.checkRoom(for: requests)
        let source = try SubmissionSource(try await ground.register(), at: SystemClock().now())
        let drain = Drain(ground: ground, source: source)
        var report = BenchReport("deadlines", settings: [("requests", "\(requests)")])
        for number in 1...options.repeats {
            for stage in OverdueDeadlines.Stage.allCases {
                let name = "run \(number) of \(options.repeats), \(stage.rawValue)"
                let first = try await BenchBooks.open(ground.pool, ground.admin).first
                _ = try await DrainCommand.run(drain, requests, name: "\(name): requests")
                let overdue = OverdueDeadlines(pool: ground.pool, first: first, stage: stage)
                let (seconds, use) = try await ground.metered { try await overdue.run(requests) }
                try await overdue.check(requests)
                let rate = Double(requests) / seconds
                ground.console.say("\(name): \(Int(rate)) fired a second")
                report.add("\(stage.rawValue)_fired_per_second", "\(stage.title) fired a second", rate, decimals: 0)
                report.add(
                    "\(stage.rawValue)_cpu_seconds_per_100k", "  CPU-seconds per 100,000, whole machine",
                    use.machineCPUSeconds * 100_000 / Double(requests), decimals: 2)
            }
        }
        return report
    }
}

/// The deadlines to resolve of a run's requests, made overdue together.
struct OverdueDeadlines: Sendable {
    enum Stage: String, CaseIterable, Sendable {
        case reminders
        case breaches

        var title: String { self == .reminders ? "reminders" : "breaches" }

        /// Everything before the promise itself stays in order: it was to be reminded of before it was due.
        fileprivate var assignments: String {
            switch self {
            case .reminders: "remind_at = m.now - interval '1 second', next_at = m.now - interval '1 second'"
            case .breaches:
                """
                remind_at = m.now - interval '2 seconds', due_at = m.now - interval '1 second',
                next_at = m.now - interval '2 seconds'
                """
            }
        }

        fileprivate var firedColumn: String { self == .reminders ? "reminded_at" : "breached_at" }
        fileprivate var template: String { self == .reminders ? "remind_resolve" : "breached_resolve" }
    }

    let pool: PostgresPool
    /// No request of the run has a smaller id.
    let first: UInt128
    let stage: Stage

    /// Returns how many seconds passed until nothing was due.
    func run(_ count: Int) async throws -> Double {
        let moved = try await pool.withConnection { connection in
            try await connection.query(
                PostgresStatement(
                    unprepared: """
                        with moment as materialized (select clock.now() as now)
                        update tuesday.deadline
                        set \(stage.assignments)
                        from moment m
                        where request_id >= $1 and kind = 2 and stage = 0 and next_at is not null
                        """), [.uuid(first)]
            ).affected
        }
        guard moved == count else {
            throw CommandFailure("no result: \(moved) deadlines could be made overdue of \(count)")
        }
        let began = ContinuousClock.now
        while true {
            let isDue = try await pool.withConnection { connection in
                try await connection.query(
                    "select exists (select from tuesday.deadline where next_at <= clock.now())")[0].bool(0)
            }
            if !isDue { return (ContinuousClock.now - began) / .seconds(1) }
            guard ContinuousClock.now - began < .seconds(600) else {
                throw CommandFailure("deadlines are still due after 600 s; see follow-up's log")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Each fired once, and was told once.
    func check(_ count: Int) async throws {
        let row = try await pool.withConnection { connection in
            try await connection.query(
                PostgresStatement(
                    unprepared: """
                        select (select count(*) from tuesday.deadline
                                where request_id >= $1 and kind = 2 and \(stage.firedColumn) is not null),
                            (select count(*) from tuesday.notification where request_id >= $1 and template = $2),
                            (select count(*) from tuesday.event where request_id >= $1 and type = 13)
                        """), [.uuid(first), .text(stage.template)])
        }[0]
        let events = stage == .breaches ? count : 0
        guard try row.int(0) == count, try row.int(1) == count, try row.int(2) == events else {
            throw CommandFailure(
                "no result: of \(count) deadlines \(try row.int(0)) fired, with \(try row.int(1)) notifications and "
                    + "\(try row.int(2)) events")
        }
    }
}
