import ArgumentParser
import Foundation
import TestSupport

/// `faults`: many seeds, one after the other, on installations that are kept for a while.
struct CampaignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign", abstract: "Run seeds until there are enough, or time is over.",
        discussion: """
            Exit status 1 when any seed broke an invariant; each is printed with the command that repeats it. The same seed \
            gives the same clients and the same trouble at the same instants; what the processes make of it is theirs.
            """)

    @Option(help: "How many seeds.") var seeds = 20
    @Option(help: "The first seed.") var from: UInt64 = 1
    @Option(help: "Only this kind of trouble, or \"each\" for one after the other; `faults list` names them.") var fault: String?
    @Option(help: "Stop after so many minutes.") var minutes: Double?
    @Option(help: "Copies of each worker.") var copies = 2
    @Option(help: "Runs on one installation before it is replaced by a new one.") var keep = 12
    @Flag(help: "Print the outcome as JSON instead of tables.") var json = false
    @Option(help: .hidden) var plant: String?
    @Flag(help: "Leave the logs behind also when all is well.") var keepLogs = false

    func run() async throws {
        let kinds = try kinds()
        let campaign = Campaign(copies: copies, keep: keep, planted: plant)
        let deadline = minutes.map { ContinuousClock.now + .seconds($0 * 60) }
        for index in 0..<seeds {
            if let deadline, ContinuousClock.now > deadline { break }
            await campaign.perform(RunPlan(seed: from + UInt64(index), fault: kinds[index % kinds.count]))
        }
        await campaign.close(keepsLogs: keepLogs || campaign.report.isFailed)
        print(json ? campaign.report.json : campaign.report.text)
        if campaign.report.isFailed { throw ExitCode.failure }
    }

    /// One of them for each seed in turn; nil is a mixture.
    private func kinds() throws -> [Fault?] {
        guard let fault else { return [nil] }
        if fault == "each" { return Fault.allCases }
        guard let kind = Fault(rawValue: fault) else {
            throw ValidationError("there is no fault \"\(fault)\"; see faults list")
        }
        return [kind]
    }
}
