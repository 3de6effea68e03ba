import ArgumentParser
import Contracts
import Domain
import Foundation
import PostgresClient
import Runtime

/// `tuesday bench peer`: the drain, done by another program in the place of Tuesday's workers.
struct PeerCommand: BenchMeasurement {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Drain the same submissions through another program's four stages instead of Tuesday's workers.",
        discussion: """
            The program is started once for each of intake, router, followup and stats, with that word as its last argument, \
            and must do the workers' durable work: the same rows in the same tables, offsets and effects together. It is \
            held against the same books. deploy/bench/compare prepares one in Python and prints the ratios.

            \(BenchOptions.servers)
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "The program that does one stage, with its own arguments in front of the stage's name.")
    var program = ".build/bench-peer/bin/python deploy/bench/peer/main.py"

    @Option(help: "How many submissions are measured.")
    var requests = 100_000

    @Option(help: "How many go through first, uncounted.")
    var warmUp = 20_000

    var programs: [Program] { [] }

    private static let stages = ["intake", "router", "followup", "stats"]

    func validate() throws {
        guard requests > 0, warmUp >= 0 else {
            throw ValidationError("--requests takes 1 or more, --warm-up 0 or more")
        }
        guard !program.split(separator: " ").isEmpty else { throw ValidationError("--program names a program") }
    }

    func measure(on ground: BenchGround) async throws -> BenchReport {
        let children = try await start(on: ground)
        let outcome: Result<BenchReport, any Error>
        do { outcome = .success(try await measure(children, ground)) } catch { outcome = .failure(error) }
        for child in children { await child.process.stop(within: .seconds(10)) }
        return try outcome.get()
    }

    private struct Child: Sendable {
        let stage: String
        let process: ChildProcess
        let log: String
    }

    private func start(on ground: BenchGround) async throws -> [Child] {
        let words = program.split(separator: " ").map(String.init)
        let executable = URL(fileURLWithPath: words[0]).path
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw CommandFailure(
                "\(executable) cannot be executed; deploy/bench/compare prepares it, or name another with --program",
                exitStatus: ExitStatus.unavailable)
        }
        let environment = await ground.tuesday.environment
        var children: [Child] = []
        for number in 1...ground.copies {
            for stage in Self.stages {
                let log = "\(ground.tuesday.local.logs)/peer-\(stage)-\(number).log"
                let process = try await ChildProcess.start(
                    executable, arguments: words.dropFirst() + [stage], environment: environment, log: log)
                children.append(Child(stage: stage, process: process, log: log))
            }
        }
        return children
    }

    private func measure(_ children: [Child], _ plain: BenchGround) async throws -> BenchReport {
        var ground = plain
        ground.processes = { children.map { MeteredProcess(name: $0.stage, processID: $0.process.processID) } }
        try await awaitReady(children, ground)
        let source = try SubmissionSource(try await ground.register(), at: SystemClock().now())
        let drain = Drain(ground: ground, source: source, isAlive: { children.allSatisfy { $0.process.end == nil } })
        var report = BenchReport("peer", settings: [("requests", "\(requests)")])
        do {
            if warmUp > 0 { _ = try await DrainCommand.run(drain, warmUp, name: "warm-up") }
            for number in 1...options.repeats {
                report.add(
                    try await DrainCommand.run(drain, requests, name: "run \(number) of \(options.repeats)"))
            }
        } catch { throw failure(children, "\(error)") }
        report.note(source)
        return report
    }

    /// Every stage has taken every partition of its topic once its lanes are there.
    private func awaitReady(_ children: [Child], _ ground: BenchGround) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let count = try await ground.pool.withConnection { connection in
                try await connection.query(
                    """
                    select count(*)
                    from tuesday.lane l
                    join tuesday.log g on g.id = l.log_id and g.incarnation = 'peer'
                    """)[0].int(0)
            }
            if count == Self.stages.count * ground.partitions { return }
            guard ContinuousClock.now < deadline, children.allSatisfy({ $0.process.end == nil }) else {
                throw failure(children, "the peer is not ready")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func failure(_ children: [Child], _ what: String) -> CommandFailure {
        let tails = children.compactMap { child -> String? in
            guard let text = try? String(contentsOfFile: child.log, encoding: .utf8), !text.isEmpty else { return nil }
            return "\(child.stage): \(text.split(separator: "\n").suffix(4).joined(separator: "\n  "))"
        }
        return CommandFailure(([what] + tails).joined(separator: "\n"))
    }
}
