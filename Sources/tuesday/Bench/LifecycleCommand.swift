import ArgumentParser
import Contracts
import Domain
import Runtime

/// `tuesday bench lifecycle`: whole lives of requests over HTTP.
struct LifecycleCommand: BenchMeasurement {
    static let configuration = CommandConfiguration(
        commandName: "lifecycle",
        abstract: "Submit, be assigned, acknowledge, resolve and read back over HTTP, many at a time.",
        discussion: """
            Each of --connections leads one request after the other through its life: four exchanges over HTTP, and the \
            wait for the assignment in between, which is learnt from the requests topic as a gateway would; with --poll the \
            request is read every 10 ms instead.

            \(BenchOptions.servers)
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "How many lives are measured.")
    var requests = 20_000

    @Option(help: "How many go through first, uncounted.")
    var warmUp = 3_000

    @Option(help: "How many live at a time, each with a connection that stays open.")
    var connections = 256

    @Flag(help: "Learn of the assignment by reading the request again and again.")
    var poll = false

    func validate() throws {
        guard (1...10_000_000).contains(requests), warmUp >= 0 else {
            throw ValidationError("--requests takes 1...10000000, --warm-up 0 or more")
        }
        guard (1...10_000).contains(connections) else { throw ValidationError("--connections takes 1...10000") }
    }

    func measure(on ground: BenchGround) async throws -> BenchReport {
        try ground.checkRoom(for: requests, eventsEach: 4)
        let load = try await HTTPLoad.open(port: await ground.tuesday.httpPort, connections: connections)
        let assignments = poll ? nil : Assignments()
        var watch: EventWatch?
        if let assignments {
            watch = try await EventWatch.start(.assigned, on: ground.broker, keeps: false) {
                assignments.see($0.request, $1)
            }
        }
        let outcome: Result<BenchReport, any Error>
        do { outcome = .success(try await measure(on: ground, load, assignments)) } catch { outcome = .failure(error) }
        await watch?.stop()
        assignments?.giveUp()
        await load.close()
        return try outcome.get()
    }

    private func measure(
        on ground: BenchGround, _ load: HTTPLoad, _ assignments: Assignments?
    ) async throws -> BenchReport {
        let register = try await ground.register()
        let lives = Lifecycles(
            source: try SubmissionSource(register, at: SystemClock().now()), load: load,
            codes: register.cadres.mapValues(\.code), assignments: assignments)
        var report = BenchReport(
            "lifecycle",
            settings: [("requests", "\(requests)"), ("connections", "\(connections)"), ("poll", "\(poll)")])
        if warmUp > 0 { _ = try await run(lives, warmUp, ground, name: "warm-up") }
        for number in 1...options.repeats {
            let name = "run \(number) of \(options.repeats)"
            let (run, use) = try await run(lives, requests, ground, name: name)
            let rate = Double(requests) / run.seconds
            ground.console.say("\(name): \(Int(rate)) lifecycles/s")
            report.add("lifecycles_per_second", "lifecycles a second", rate, decimals: 0)
            report.add(run.whole, "lifecycle", "whole life")
            for step in Lifecycles.Step.allCases {
                if let latencies = run.steps[step] { report.add(latencies, step.rawValue, step.title) }
            }
            report.add(use, requests: requests)
        }
        report.note(lives.source)
        return report
    }

    private func run(
        _ lives: Lifecycles, _ count: Int, _ ground: BenchGround, name: String
    ) async throws -> (Lifecycles.Run, ResourceUse) {
        let books = try await BenchBooks.open(ground.pool, ground.admin)
        let progress = ProgressBox(name, of: count, ground.console)
        let label = RunLabel.make("life")
        let (run, use) = try await ground.metered { try await lives.run(count, label: label) { progress.show($0) } }
        progress.end()
        let balance = try await books.close(expecting: count)
        guard balance.resolved == count, balance.assigned == count, balance.events == count * 4 else {
            throw CommandFailure(
                "no result: of \(count) requests \(balance.assigned) were assigned and \(balance.resolved) are resolved, "
                    + "with \(balance.events) events")
        }
        return (run, use)
    }
}
