import ArgumentParser
import Foundation
import TestSupport

/// `faults planted`: makes mistakes on purpose in all workers, and says after how many seeds each was noticed.
struct PlantedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "planted", abstract: "Show that the harness notices mistakes: plant each, and count the seeds until it is caught.")

    @Option(help: "Give up on a mistake after so many seeds.") var seeds = 200
    @Option(help: "Only this mistake.") var only: String?

    /// Each with the trouble under which it tells.
    static let mistakes: [(name: String, fault: Fault)] = [
        ("no-seq-guard", .redelivery), ("no-epoch-check", .stopAtSite), ("offset-before-effects", .killAtSite),
        ("ack-before-commit", .commitUndone), ("timer-without-recheck", .none), ("cursor-before-reports", .killAtRandom),
        ("out-of-range-swallowed", .truncated), ("capacity-checked-then-written", .none),
    ]

    func run() async throws {
        let campaign = Campaign(copies: 2, keep: 12, planted: nil)
        var isEveryOneCaught = true
        var table: [String] = []
        for (name, fault) in Self.mistakes where only == nil || only == name {
            await campaign.plant(name)
            var count = 0
            while count < seeds, campaign.report.caught == nil {
                count += 1
                await campaign.perform(RunPlan(seed: UInt64(count), fault: fault))
            }
            if let violation = campaign.report.caught {
                table.append("\(name), under \(fault.rawValue): caught after \(count) seeds: \(violation)")
            } else {
                isEveryOneCaught = false
                table.append("\(name), under \(fault.rawValue): NOT caught in \(count) seeds")
            }
        }
        await campaign.close(keepsLogs: false)
        print(table.joined(separator: "\n"))
        if !isEveryOneCaught { throw ExitCode.failure }
    }
}

/// `faults list`: what there is.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Name the faults and the failpoints.")

    func run() {
        print("faults: \(Fault.allCases.map(\.rawValue).joined(separator: " "))")
        for program in Installation.programs { print("\(program): \(Sites.of(program).joined(separator: " "))") }
        print("planted mistakes: \(PlantedCommand.mistakes.map(\.name).joined(separator: " "))")
    }
}
