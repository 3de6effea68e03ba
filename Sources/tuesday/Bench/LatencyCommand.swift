import ArgumentParser
import Contracts
import Domain
import KafkaClient
import Runtime

/// `tuesday bench latency`: how long it takes from a submission to its assignment, at a given rate.
struct LatencyCommand: BenchMeasurement {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Submit through the topic at a given rate, and time each request until it is assigned.",
        discussion: """
            An open loop: each submission has an instant at which it is meant to be sent, whatever became of the earlier \
            ones, and its latency counts from there. "Seen" is when a reader of the requests topic got the assigned event: \
            committed, published and fetched. "Assigned at" and "accepted at" are what the rows say, which is when their \
            transaction had its lane; the database's clock must be this machine's for them to mean anything.

            \(BenchOptions.servers)
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "Submissions a second.")
    var rate = 3_000

    @Option(help: "How long each run is, in seconds.")
    var seconds = 20

    @Option(help: "How long the same goes on first, uncounted, in seconds.")
    var warmUp = 5

    @Option(name: .customLong("linger-ms"), help: "How long the producer waits for more before it sends a batch.")
    var lingerMilliseconds = 5

    func validate() throws {
        guard (1...1_000_000).contains(rate), (1...3_600).contains(seconds), (0...3_600).contains(warmUp) else {
            throw ValidationError("--rate takes 1...1000000, --seconds 1...3600, --warm-up 0...3600")
        }
        guard (0...1_000).contains(lingerMilliseconds) else { throw ValidationError("--linger-ms takes 0...1000") }
    }

    func measure(on ground: BenchGround) async throws -> BenchReport {
        let source = try SubmissionSource(try await ground.register(), at: SystemClock().now())
        let producer = try KafkaProducer(
            settings: ground.broker.clientSettings.merging(["linger.ms": "\(lingerMilliseconds)"]) { $1 })
        let watch = try await EventWatch.start(.assigned, on: ground.broker)
        let outcome: Result<BenchReport, any Error>
        do {
            outcome = .success(
                try await measure(Latency(ground: ground, source: source, producer: producer, watch: watch)))
        } catch { outcome = .failure(error) }
        await watch.stop()
        await producer.close(timeoutMilliseconds: 5_000)
        return try outcome.get()
    }

    private func measure(_ latency: Latency) async throws -> BenchReport {
        let ground = latency.ground
        var report = BenchReport("latency", settings: [("rate", "\(rate)"), ("seconds", "\(seconds)")])
        if warmUp > 0 {
            _ = try await run(latency, OpenLoop(rate: Double(rate), count: rate * warmUp), name: "warm-up")
        }
        for number in 1...options.repeats {
            let name = "run \(number) of \(options.repeats)"
            let (run, use, balance) = try await run(
                latency, OpenLoop(rate: Double(rate), count: rate * seconds), name: name)
            ground.console.say(
                "\(name): p50 \(BenchReport.number(run.seen.milliseconds(atPercentile: 50), 1)) ms, "
                    + "p99 \(BenchReport.number(run.seen.milliseconds(atPercentile: 99), 1)) ms")
            report.add("requests_per_second", "submissions a second", Double(rate * seconds) / run.seconds, decimals: 0)
            report.add("assigned_share", "share assigned", balance.assignedShare, decimals: 4)
            report.add(run.seen, "seen", "assigned event seen")
            report.add(run.assigned, "assigned", "assigned at")
            report.add(run.accepted, "accepted", "accepted at")
            report.add(run.handedOver, "handed_over", "handed to the producer")
            report.add(use, requests: rate * seconds)
            report.plots = [
                TerminalPlot(
                    title: "p99 of the assigned event seen, ms (last run)", values: run.course, axis: "0 to \(seconds) s")
            ]
        }
        report.note(latency.source)
        return report
    }

    private func run(
        _ latency: Latency, _ loop: OpenLoop, name: String
    ) async throws -> (Latency.Run, ResourceUse, BenchBooks.Balance) {
        let ground = latency.ground
        let books = try await BenchBooks.open(ground.pool, ground.admin)
        let (run, use) = try await ground.metered { try await latency.run(loop, name: name, books: books) }
        let balance = try await books.close(expecting: loop.count)
        guard balance.assignedShare >= 0.99 else {
            throw CommandFailure(
                "no result: only \(balance.assigned) of \(loop.count) requests were assigned, 99 % are asked for")
        }
        guard run.seen.count == balance.assigned else {
            throw CommandFailure(
                "no result: \(balance.assigned) requests were assigned, and \(run.seen.count) of them were seen")
        }
        return (run, use, balance)
    }
}
