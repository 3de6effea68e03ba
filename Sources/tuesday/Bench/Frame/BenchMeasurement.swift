import ArgumentParser
import Contracts
import Foundation
import KafkaClient
import Runtime
import Workflow

/// A verb of `tuesday bench` that measures a whole Tuesday: it says what to start and what to measure on it; starting,
/// checking, reporting and stopping are the same for all.
protocol BenchMeasurement: AsyncParsableCommand, Sendable {
    var options: BenchOptions { get }
    /// The workers that run.
    var programs: [Program] { get }
    /// Settings of the workers by their environment names, beyond the usual ones.
    var workerSettings: [String: String] { get }

    /// Warms up, measures ``BenchOptions/repeats`` times, checks every run, and tells what came of it.
    func measure(on ground: BenchGround) async throws -> BenchReport
}

extension BenchMeasurement {
    var programs: [Program] { [.intake, .router, .followup, .stats] }
    var workerSettings: [String: String] { [:] }

    func run() async throws {
        let console = Console.standard
        // A bad setting is said before anything is started.
        let settings = try Settings.read(program: .tuesday, arguments: [])
        guard !FileManager.default.fileExists(atPath: options.directory) else {
            throw CommandFailure(
                "\(options.directory) exists; a measurement starts on an empty one", exitStatus: ExitStatus.usage)
        }
        let local = LocalDirectory(options.directory)
        try local.claim()
        let tuesday = LocalTuesday(local, localOptions(settings), console: console)
        let signals = StopSignals()
        let outcome: Result<BenchReport?, any Error>
        do {
            outcome = .success(
                try await signals.watch { [self] in
                    let ground = try await BenchGround(tuesday, options: options, console: console)
                    var report = try await measure(on: ground)
                    if options.verify { try await ground.verify() }
                    report.settings += ground.settings
                    return report
                })
        } catch {
            outcome = .failure(error)
        }
        await tuesday.stop()
        local.release()
        guard let report = try outcome.get() else {
            throw CommandFailure("the measurement was interrupted", exitStatus: ExitStatus.tryAgain)
        }
        if !options.keep { try FileManager.default.removeItem(atPath: local.path) }
        try report.print(asJSON: options.json)
    }

    private func localOptions(_ settings: Settings) -> LocalTuesday.Options {
        let environment = ProcessInfo.processInfo.environment
        var local = LocalTuesday.Options(
            partitions: options.partitions, copies: options.copies, httpPort: 0,
            workerSettings: ["TUESDAY_LOG_LEVEL": "notice"].merging(workerSettings) { $1 }, programs: programs)
        // The workers need not be told of requests that are done with.
        local.beginsAtEnd = options.preload > 0
        if environment["TUESDAY_KAFKA_BOOTSTRAP"]?.isEmpty == false { local.givenKafka = settings.kafkaClient }
        local.usesGivenPostgres = ["PGHOST", "PGHOSTADDR", "PGSERVICE"].contains { environment[$0]?.isEmpty == false }
        if options.cadres != nil || options.villages != nil {
            let county = ScaledCounty(cadreCount: options.cadres ?? 1_200, villageCount: options.villages ?? 345)
            local.county = { county.files() }
        }
        return local
    }
}
