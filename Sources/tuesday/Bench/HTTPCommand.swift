import ArgumentParser
import Contracts
import Domain
import NIOCore
import PostgresClient
import Runtime

/// `tuesday bench http`: how fast intake accepts over HTTP, and how soon it answers.
struct HTTPCommand: BenchMeasurement {
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "Submit over HTTP: as fast as it goes, at a given rate, and one at a time beside a lone commit.",
        discussion: """
            Every accepted POST is durable before it is answered. First each of --connections sends its next request when \
            the last one was answered. Then follows an open loop at --rate (half of what was just reached unless given), \
            whose latencies count from the instants at which requests were meant to be sent. Then single POSTs take turns \
            with commits of one row on a connection of this program. The client runs on the same machine; what it uses is \
            told as "load".

            \(BenchOptions.servers)
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "How many requests are sent as fast as it goes, and again in the open loop.")
    var requests = 30_000

    @Option(help: "How many go through first, uncounted.")
    var warmUp = 5_000

    @Option(help: "Connections that stay open.")
    var connections = 256

    @Option(help: "Requests a second of the open loop.")
    var rate: Int?

    @Option(help: "How many single POSTs, each with a commit beside it.")
    var lone = 200

    @Flag(help: "Run intake alone: nothing is routed, followed or counted meanwhile.")
    var alone = false

    var programs: [Program] { alone ? [.intake] : [.intake, .router, .followup, .stats] }

    func validate() throws {
        guard (1...10_000_000).contains(requests), warmUp >= 0, lone >= 0 else {
            throw ValidationError("--requests takes 1...10000000, --warm-up and --lone 0 or more")
        }
        guard (1...10_000).contains(connections), (1...1_000_000).contains(rate ?? 1) else {
            throw ValidationError("--connections takes 1...10000, --rate 1...1000000")
        }
    }

    func measure(on ground: BenchGround) async throws -> BenchReport {
        if !alone { try ground.checkRoom(for: requests) }
        let source = try SubmissionSource(try await ground.register(), at: SystemClock().now())
        let load = try await HTTPLoad.open(port: await ground.tuesday.httpPort, connections: connections)
        let outcome: Result<BenchReport, any Error>
        do { outcome = .success(try await measure(on: ground, source, load)) } catch { outcome = .failure(error) }
        await load.close()
        return try outcome.get()
    }

    private func measure(on ground: BenchGround, _ source: SubmissionSource, _ load: HTTPLoad) async throws -> BenchReport {
        var report = BenchReport(
            "http", settings: [("requests", "\(requests)"), ("connections", "\(connections)"), ("alone", "\(alone)")])
        let posts = HTTPPosts(ground: ground, source: source, isRouted: !alone)
        _ = try await posts.checked(warmUp, name: "warm-up") { try await load.closed($0, progress: $1) }
        for number in 1...options.repeats {
            let closed = try await posts.checked(requests, name: "run \(number) of \(options.repeats), closed loop") {
                try await load.closed($0, progress: $1)
            }
            let reached = Double(requests) / closed.run.seconds
            report.add("requests_per_second", "accepted a second, closed loop", reached, decimals: 0)
            report.add(closed.run.latencies, "closed", "  answered after")
            report.add(closed.use, requests: requests)
            let asked = Double(rate ?? max(1, Int(reached / 2)))
            let loop = OpenLoop(rate: asked, count: requests)
            let open = try await posts.checked(requests, name: "run \(number) of \(options.repeats), open loop") {
                try await load.open($0, OpenLoop.Running(loop), progress: $1)
            }
            report.add("open_asked_per_second", "open loop, requests a second asked for", asked, decimals: 0)
            report.add("open_reached_per_second", "  accepted", Double(requests) / open.run.seconds, decimals: 0)
            report.add(open.run.latencies, "open", "  answered after")
            ground.console.say(
                "run \(number) of \(options.repeats): \(Int(reached)) a second; at \(Int(asked)) p99 "
                    + "\(BenchReport.number(open.run.latencies.milliseconds(atPercentile: 99), 1)) ms")
            if lone > 0 {
                let pairs = try await posts.lonePairs(lone, load)
                report.add(pairs.posts, "lone_post", "lone POST")
                report.add(pairs.commits, "lone_commit", "lone commit beside it")
                report.add(
                    "lone_post_over_commit_ms", "lone POST beyond one commit, median, ms",
                    pairs.posts.milliseconds(atPercentile: 50) - pairs.commits.milliseconds(atPercentile: 50), decimals: 2)
            }
        }
        report.note(source)
        return report
    }
}
