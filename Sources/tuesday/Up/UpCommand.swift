import ArgumentParser
import Foundation
import Runtime

/// `tuesday up`: everything on one machine, until Ctrl-C.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Run a whole Tuesday on this machine: PostgreSQL, Kafka, the workers, and a county.",
        discussion: """
            Needs Debian's postgresql, librdkafka1 and libpq5, and nothing else. The county is a demonstration unless one \
            was imported into the directory. Residents and cadres are simulated unless --no-simulation is given.
            With --once, one day is lived at full speed on a virtual clock; then the books are balanced and everything is \
            stopped: exit status 0 when every figure balances.
            """)

    @Option(help: "Where data, logs and the env file for other tools are kept.")
    var directory = ".tuesday"

    @Flag(help: "Live one demonstration day at full speed, balance the books, and stop.")
    var once = false

    @Flag(help: "With --once: print the figures as a JSON object on the last line.")
    var json = false

    @Option(help: "Partitions of each topic.")
    var partitions = 8

    @Option(help: "Copies of each worker.")
    var copies = 1

    @Flag(name: .customLong("no-simulation"), help: "Nobody submits and nobody acts.")
    var noSimulation = false

    @Option(help: "With --once: how many requests are submitted over the day.")
    var requests = 2_000

    @Option(help: "How many requests are submitted a minute, without --once.")
    var rate = 60

    @Option(name: .customLong("http-port"), help: "Port of the pages and the API; 0 takes any. 8080 unless it is taken.")
    var httpPort: Int?

    @Option(help: "Another seed makes other residents and cadres.")
    var seed: UInt64 = 1

    func validate() throws {
        guard (1...1_000).contains(partitions) else { throw ValidationError("--partitions takes 1...1000") }
        guard (1...16).contains(copies) else { throw ValidationError("--copies takes 1...16") }
        guard (0...1_000_000).contains(requests) else { throw ValidationError("--requests takes 0...1000000") }
        guard (1...60_000).contains(rate) else { throw ValidationError("--rate takes 1...60000") }
        if let httpPort, !(0...65_535).contains(httpPort) { throw ValidationError("--http-port takes 0...65535") }
        if once, noSimulation { throw ValidationError("--once without a simulation would have nothing to do") }
    }

    func run() async throws {
        // A bad setting is said before anything is started.
        _ = try Settings.read(program: .tuesday, arguments: [])
        let console = Console.standard
        let local = LocalDirectory(directory)
        try local.claim()
        defer { local.release() }
        var options = LocalTuesday.Options(partitions: partitions, copies: copies, httpPort: httpPort)
        if once {
            // The virtual clock makes steps of a quarter of an hour: looking once a second would be most of the run.
            options.workerSettings = ["TUESDAY_FOLLOWUP_TICK_MS": "50", "TUESDAY_ROUTER_TICK_MS": "50"]
        }
        let tuesday = LocalTuesday(local, options, console: console)
        let signals = StopSignals()
        let outcome: Result<DayBooks?, any Error>
        do {
            outcome = .success(try await signals.watch { [self] in try await live(tuesday, console) } ?? nil)
        } catch {
            outcome = .failure(error)
        }
        await tuesday.stop()
        guard let books = try outcome.get() else {
            if once { throw CommandFailure("the day was not lived to its end", exitStatus: ExitStatus.tryAgain) }
            console.say("stopped; the data stays in \(local.path)")
            return
        }
        try report(books, console)
    }

    /// Nil unless a day was lived to its end.
    private func live(_ tuesday: LocalTuesday, _ console: Console) async throws -> DayBooks? {
        let began = ContinuousClock.now
        try await tuesday.startDatabase()
        let clock = CountyClock(pool: try await tuesday.pool)
        if !once { try await clock.useRealTime() }
        let morning = once ? try await clock.setToTuesdayMorning() : nil
        try await tuesday.startWork()
        console.say("  open      \(await tuesday.url)")
        console.say("  psql etc. . \(tuesday.local.environmentFile)")
        if let morning {
            let day = DemonstrationDay(
                tuesday: tuesday, clock: clock, morning: morning, requests: requests, seed: seed, console: console)
            return try await day.live(began: began)
        }
        console.say("  stop      Ctrl-C, or tuesday down --directory \(directory)")
        if noSimulation {
            while true { try await Task.sleep(for: .seconds(3600)) }
        }
        try await LiveSimulation(tuesday: tuesday, clock: clock, perMinute: rate, seed: seed, console: console).run()
        return nil
    }

    private func report(_ books: DayBooks, _ console: Console) throws {
        if !json { books.table.print() } else { console.say(books.table.text) }
        for sentence in books.imbalances { console.warn("does not balance: \(sentence)") }
        if json { print(books.json) }
        if !books.imbalances.isEmpty { throw ExitCode(1) }
        console.say("every figure balances")
    }
}
