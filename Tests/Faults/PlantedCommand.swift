import ArgumentParser
import Foundation
import TestSupport

/// `faults planted`: makes mistakes on purpose in all workers, and says after how many seeds each was noticed.
struct PlantedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "planted",
        abstract: "Show that the harness notices mistakes: plant each, and count the seeds until it is caught.")

    @Option(help: "Give up on a mistake after so many seeds.") var seeds = 200
    @Option(help: "Only this mistake.") var only: String?
    @Option(help: "The first seed.") var from: UInt64 = 1

    /// Each with the trouble under which it tells.
    static let mistakes: [(name: String, faults: [Fault])] = [
        ("no-seq-guard", [.redelivery]), ("no-epoch-check", [.stopAtSite]), ("blocker-spared", [.stopAtSite]),
        ("offset-before-effects", [.killAtSite]),
        ("ack-before-commit", [.commitUndone]), ("timer-without-recheck", [.timerRaces]),
        ("cursor-before-reports", [.kafkaStalled, .killAll]), ("out-of-range-swallowed", [.truncated]),
        ("capacity-checked-then-written", [.loadsOutdated]),
    ]

    func run() async throws {
        let campaign = Campaign()
        var isEveryOneCaught = true
        var table: [[String]] = [["mistake", "under", "caught after", "in", "by"]]
        for (name, faults) in Self.mistakes where only == nil || only == name {
            await campaign.plant(name)
            let began = ContinuousClock.now
            var count = 0
            while count < seeds, campaign.report.caught == nil {
                await campaign.perform(RunPlan(seed: from + UInt64(count), faults: faults))
                count += 1
            }
            let time = "\((ContinuousClock.now - began).components.seconds) s"
            let under = faults.map(\.rawValue).joined(separator: ", ")
            let caught = campaign.report.caught
            if caught == nil { isEveryOneCaught = false }
            table.append([name, under, caught == nil ? "NOT in \(count) seeds" : "\(count) seeds", time, caught ?? ""])
        }
        await campaign.close(keepsLogs: false)
        let widths = (0..<4).map { column in table.map { $0[column].count }.max() ?? 0 }
        for row in table {
            let cells = zip(row, widths).map { $0.padding(toLength: $1 + 2, withPad: " ", startingAt: 0) }
            print(cells.joined() + row[4])
        }
        if !isEveryOneCaught { throw ExitCode.failure }
    }
}

/// `faults list`: what there is.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Name the faults and the failpoints.")

    func run() {
        print("faults: \(Fault.allCases.map(\.rawValue).joined(separator: " "))")
        for program in Installation.programs { print("\(program): \(Sites.of(program).joined(separator: " "))") }
        for (verb, sites) in Sites.tools.sorted(by: { $0.key < $1.key }) { print("\(verb): \(sites.joined(separator: " "))") }
        print("planted mistakes: \(PlantedCommand.mistakes.map(\.name).joined(separator: " "))")
    }
}
