import ArgumentParser
import Domain
import Foundation
import Runtime

/// `tuesday bench route`: how many routing decisions a second one processor makes, without database and broker.
struct RouteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Decide who takes requests, in memory, in counties of several sizes.",
        discussion: """
            For each number of cadres and of villages an invented county is made in memory, and --requests decisions are \
            made one after the other, by one thread, each seeing the loads that the earlier ones left: once while the lists \
            of candidates are made, and then with the lists there. Some decisions are held against their explanation.
            """)

    @Option(parsing: .upToNextOption, help: "Numbers of cadres.")
    var cadres = [2_000, 20_000]

    @Option(parsing: .upToNextOption, help: "Numbers of villages.")
    var villages = [345, 34_500]

    @Option(help: "How many decisions are made in each pass.")
    var requests = 200_000

    @Option(help: "How often the passes are repeated; the median counts.")
    var repeats = 3

    @Flag(help: "Print the figures as a JSON object on the last line.")
    var json = false

    func validate() throws {
        guard (cadres + villages).allSatisfy({ (1...1_000_000).contains($0) }), !cadres.isEmpty, !villages.isEmpty else {
            throw ValidationError("--cadres and --villages take 1...1000000")
        }
        guard requests > 0, (1...50).contains(repeats) else {
            throw ValidationError("--requests takes 1 or more, --repeats 1...50")
        }
    }

    func run() async throws {
        var report = BenchReport("route", settings: [("requests", "\(requests)")])
        let now = SystemClock().now()
        for cadreCount in cadres {
            for villageCount in villages {
                try measure(cadreCount, villageCount, now, &report)
            }
        }
        try report.print(asJSON: json)
    }

    private func measure(_ cadreCount: Int, _ villageCount: Int, _ now: Instant, _ report: inout BenchReport) throws {
        let console = Console.standard
        let name = "cadres_\(cadreCount)_villages_\(villageCount)"
        let title = "\(cadreCount) cadres, \(villageCount) villages"
        console.say("\(title): making the county")
        let register = RouteCounty.register(cadres: cadreCount, villages: villageCount, at: now)
        for number in 1...repeats {
            var load = RouteLoad(register, at: now)
            let cold = load.pass(0..<requests)
            let warm = load.pass(requests..<(2 * requests))
            try load.check(min(requests, 200))
            guard warm.assigned == requests else {
                throw CommandFailure("no result: \(warm.assigned) of \(requests) requests were assigned")
            }
            let rate = Double(requests) / warm.seconds
            console.say("\(title), run \(number) of \(repeats): \(Int(rate)) decisions/s")
            report.add("\(name)_per_second", "\(title): decisions a second", rate, decimals: 0)
            report.add("\(name)_cold_per_second", "  while lists are made", Double(requests) / cold.seconds, decimals: 0)
            report.add("\(name)_finalists", "  finalists kept of a decision", Double(warm.finalists) / Double(requests))
        }
        report.add("\(name)_memory_mib", "  memory at most so far, MiB", ProcessFacts.peakMemoryBytes(getpid()) / 1_048_576)
    }
}
