import ArgumentParser
import Contracts
import Domain
import Foundation
import KafkaClient
import PostgresClient
import Runtime
import Store

/// `tuesday bench drain`: how fast submissions on the topic become routed, followed and counted requests.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Drain submissions through intake, router, follow-up and statistics, and check every one.",
        discussion: """
            Starts a private PostgreSQL (durable settings), the embedded broker and the four workers in a directory of its \
            own, raises every cadre's capacity so that capacity does not decide, and produces submissions with so much \
            lag at most that the embedded broker never drops one. The time runs from the first record produced until \
            every group has applied every record. A run that does not balance is no result.
            """)

    @Option(help: "How many submissions are measured.")
    var requests = 100_000

    @Option(help: "How many go through first, uncounted.")
    var warmUp = 10_000

    @Option(help: "How often the measurement is repeated; the median counts.")
    var repeats = 3

    @Option(help: "Partitions of each topic.")
    var partitions = 8

    @Option(help: "Copies of each worker.")
    var copies = 1

    @Option(help: "Where data and logs are kept; must not exist.")
    var directory = ".tuesday-bench"

    @Flag(help: "Print the figures as a JSON object on the last line.")
    var json = false

    func validate() throws {
        guard requests > 0, warmUp >= 0, (1...50).contains(repeats) else {
            throw ValidationError("--requests takes 1 or more, --warm-up 0 or more, --repeats 1...50")
        }
    }

    func run() async throws {
        let console = Console.standard
        guard !FileManager.default.fileExists(atPath: directory) else {
            throw CommandFailure("\(directory) exists; a measurement starts on an empty one", exitStatus: ExitStatus.usage)
        }
        let local = LocalDirectory(directory)
        try local.claim()
        defer { local.release() }
        let options = LocalTuesday.Options(
            partitions: partitions, copies: copies, httpPort: 0, workerSettings: ["TUESDAY_LOG_LEVEL": "notice"])
        let tuesday = LocalTuesday(local, options, console: console)
        let signals = StopSignals()
        let outcome: Result<[DrainRun]?, any Error>
        do {
            outcome = .success(try await signals.watch { [self] in try await measure(tuesday, console) })
        } catch {
            outcome = .failure(error)
        }
        await tuesday.stop()
        guard let runs = try outcome.get() else {
            throw CommandFailure("the measurement was interrupted", exitStatus: ExitStatus.tryAgain)
        }
        report(runs)
    }

    private func measure(_ tuesday: LocalTuesday, _ console: Console) async throws -> [DrainRun] {
        try await tuesday.startDatabase()
        let pool = try await tuesday.pool
        try await pool.withConnection { connection in
            try await connection.execute(script: "update register.cadre set capacity = 1000000")
        }
        try await tuesday.startWork()
        guard let county = try await RegisterStore(pool: pool).counties().first else {
            throw CommandFailure("there is no county to submit to")
        }
        let drain = Drain(
            pool: pool, register: try await RegisterStore(pool: pool).load(county: county.id),
            producer: try KafkaProducer(settings: [
                "bootstrap.servers": await tuesday.bootstrapServers, "linger.ms": "10",
            ]),
            admin: await tuesday.admin, partitions: partitions)
        if warmUp > 0 {
            console.say("warm-up: \(warmUp) requests")
            _ = try await drain.run(warmUp, label: "warm-up")
        }
        var runs: [DrainRun] = []
        for number in 1...repeats {
            let run = try await drain.run(requests, label: "run \(number)")
            console.say(
                "run \(number) of \(repeats): \(Int(run.rate)) requests/s, "
                    + "\(String(format: "%.1f", run.cpuSecondsPer100k)) CPU-s per 100,000 on the whole machine")
            runs.append(run)
        }
        return runs
    }

    private func report(_ runs: [DrainRun]) {
        func spread(_ value: (DrainRun) -> Double) -> (Double, Double, Double) {
            let sorted = runs.map(value).sorted()
            return (sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1])
        }
        let figures: [(String, String, (Double, Double, Double))] = [
            ("requests_per_second", "requests a second", spread(\.rate)),
            ("cpu_seconds_per_100k", "whole-machine CPU-seconds per 100,000", spread(\.cpuSecondsPer100k)),
            ("wal_bytes_per_request", "bytes of WAL a request", spread(\.walBytesPerRequest)),
            ("assigned_share", "share assigned", spread(\.assignedShare)),
            ("hot_share", "share of updates that are HOT", spread(\.hotShare)),
        ]
        if json {
            let fields = figures.map { "\"\($0.0)\":{\"min\":\($0.2.0),\"median\":\($0.2.1),\"max\":\($0.2.2)}" }
            print("{\"requests\":\(requests),\"repeats\":\(repeats),\(fields.joined(separator: ","))}")
            return
        }
        for (_, name, (least, median, most)) in figures {
            print(
                name.padding(toLength: 40, withPad: " ", startingAt: 0)
                    + String(format: "%12.2f  (%.2f to %.2f)", median, least, most))
        }
    }
}
