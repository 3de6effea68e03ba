import ArgumentParser
import Contracts
import Domain
import PostgresClient
import Runtime

/// `tuesday bench burst`: a load over HTTP that rises and falls steeply.
struct BurstCommand: BenchMeasurement {
    static let configuration = CommandConfiguration(
        commandName: "burst",
        abstract: "Submit over HTTP in bursts, and see who is served, how soon, and how soon it is calm again.",
        discussion: """
            Open loop, in steps of 1, 15, 1, 25, 2, 35 and 10 requests a second times --factor. Latencies are those of the \
            answer and of the assigned event seen on the topic, from the instant the request was meant to be sent. "Calm \
            again" is when the medians of tenths of a second have come down to twice the 95th percentile of the first step \
            (at least 10 ms above it), counted from the beginning of each valley.

            \(BenchOptions.servers)
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "What the shape's rates are multiplied by.")
    var factor = 100

    @Option(help: "How long each step is, in seconds.")
    var stepSeconds = 5

    @Option(help: "How many go through first, uncounted.")
    var warmUp = 5_000

    @Option(help: "Connections that stay open.")
    var connections = 256

    func validate() throws {
        guard (1...10_000).contains(factor), (1...600).contains(stepSeconds), warmUp >= 0 else {
            throw ValidationError("--factor takes 1...10000, --step-seconds 1...600, --warm-up 0 or more")
        }
        guard (1...10_000).contains(connections) else { throw ValidationError("--connections takes 1...10000") }
    }

    func measure(on ground: BenchGround) async throws -> BenchReport {
        let source = try SubmissionSource(try await ground.register(), at: SystemClock().now())
        let load = try await HTTPLoad.open(port: await ground.tuesday.httpPort, connections: connections)
        let watch = try await EventWatch.start(.assigned, on: ground.broker)
        let outcome: Result<BenchReport, any Error>
        do {
            outcome = .success(try await measure(HTTPPosts(ground: ground, source: source), load, watch))
        } catch { outcome = .failure(error) }
        await watch.stop()
        await load.close()
        return try outcome.get()
    }

    private func measure(_ posts: HTTPPosts, _ load: HTTPLoad, _ watch: EventWatch) async throws -> BenchReport {
        let shape = BurstShape(steps: BurstShape.usual, factor: factor, stepSeconds: stepSeconds)
        var report = BenchReport("burst", settings: [("factor", "\(factor)"), ("step_seconds", "\(stepSeconds)")])
        if warmUp > 0 {
            _ = try await posts.checked(warmUp, name: "warm-up") { try await load.closed($0, progress: $1) }
        }
        for number in 1...options.repeats {
            let (run, seen, use) = try await run(shape, posts, load, watch, name: "run \(number) of \(options.repeats)")
            let answered = BurstCourse(
                shape, zip(shape.loop.offsets, run.answered).compactMap { at, seconds in seconds.map { (at, $0) } })
            report.add("requests", "requests", Double(shape.loop.count), decimals: 0)
            report.add("success_share", "share answered with success", Double(run.successCount) / Double(shape.loop.count), decimals: 4)
            report.add(answered, "answered", "answered")
            report.add(BurstCourse(shape, seen), "seen", "assigned event seen")
            report.add(use, requests: shape.loop.count)
            report.plots = [
                TerminalPlot(
                    title: "answered, p95 of each step in ms (last run)",
                    values: answered.steps.flatMap { Array(repeating: $0.milliseconds(atPercentile: 95), count: 5) },
                    axis: "steps of " + shape.steps.map { "\($0 * factor)" }.joined(separator: ", ") + " a second")
            ]
        }
        report.note(posts.source)
        return report
    }

    /// Also returns the sightings of assigned events, as instants of the shape and latencies.
    private func run(
        _ shape: BurstShape, _ posts: HTTPPosts, _ load: HTTPLoad, _ watch: EventWatch, name: String
    ) async throws -> (HTTPLoad.Run, [(at: Double, seconds: Double)], ResourceUse) {
        let loop = shape.loop
        let label = RunLabel.make("burst")
        let requests = posts.requests(loop.count, label: label)
        let books = try await BenchBooks.open(posts.ground.pool, posts.ground.admin)
        _ = watch.take()
        let progress = ProgressBox(name, of: loop.count, posts.ground.console)
        let (outcome, use) = try await posts.ground.metered {
            let running = OpenLoop.Running(loop)
            return (running, try await load.open(requests, running) { progress.show($0) })
        }
        progress.end()
        let (running, run) = outcome
        // Who was turned away is no failure of the measurement here, but what it measures.
        _ = try await books.close(expecting: run.successCount)
        let seen = try await sightings(watch, label, running, books, posts.ground.pool)
        posts.ground.console.say(
            "\(name): \(run.successCount) of \(loop.count) answered with success, p95 "
                + "\(BenchReport.number(run.latencies.milliseconds(atPercentile: 95), 1)) ms")
        return (run, seen, use)
    }

    private func sightings(
        _ watch: EventWatch, _ label: String, _ running: OpenLoop.Running, _ books: BenchBooks, _ pool: PostgresPool
    ) async throws -> [(at: Double, seconds: Double)] {
        var items: [UInt128: Int] = [:]
        let rows = try await pool.withConnection { connection in
            try await connection.query(
                "select request_id, source_id from personal.submission where request_id >= $1", [.uuid(books.first)])
        }
        for row in rows {
            let source = try row.string(1)
            if source.hasPrefix(label) { items[try row.uuid(0)] = Int(source.dropFirst(label.count + 1)) }
        }
        return watch.take().compactMap { sighting in
            // The first sighting counts.
            guard let item = items.removeValue(forKey: sighting.request.value) else { return nil }
            let intended = running.intended(item)
            return (running.loop.offsets[item], sighting.at.seconds(since: intended))
        }
    }
}

extension BenchReport {
    fileprivate mutating func add(_ course: BurstCourse, _ name: String, _ title: String) {
        add("\(name)_p50_ms", "\(title), ms: p50", course.whole.milliseconds(atPercentile: 50))
        add("\(name)_p95_ms", "  p95", course.whole.milliseconds(atPercentile: 95))
        add("\(name)_p99_ms", "  p99", course.whole.milliseconds(atPercentile: 99))
        add("\(name)_longest_ms", "  longest", course.whole.longestMilliseconds)
        for (step, latencies) in course.steps.enumerated() {
            let rate = course.shape.steps[step] * course.shape.factor
            add(
                "\(name)_step\(step + 1)_p95_ms", "  p95 of step \(step + 1), \(rate) a second",
                latencies.milliseconds(atPercentile: 95))
        }
        for (valley, seconds) in zip(course.shape.valleys, course.recoverySeconds()) {
            add("\(name)_step\(valley + 1)_calm_after_s", "  calm again in step \(valley + 1) after, s", seconds)
        }
    }
}
