import ArgumentParser
import Foundation
import TestSupport

/// `faults planted`: makes mistakes on purpose in all workers, and says after how many seeds each was noticed.
struct PlantedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "planted",
        abstract: "Show that the harness notices mistakes: plant each, and count the seeds until it is caught.",
        discussion: """
            The same seeds are then run without the mistake, as a control. Exit status 1 when a mistake was not caught, when \
            another invariant was blamed than what it breaks, or when the control was not well.
            """)

    @Option(parsing: .unconditional, help: "Give up on a mistake after so many seeds.") var seeds = 200
    @Option(help: "Only this mistake.") var only: String?
    @Option(parsing: .unconditional, help: "The first seed.") var from: UInt64 = 1

    func validate() throws {
        try OptionLimits.require("--seeds", seeds, in: OptionLimits.seeds, remedy: "leave it out for 200")
        try OptionLimits.require("--from", from, in: OptionLimits.firstSeed, remedy: "begin with 1")
        if let only, Mistake.named(only) == nil {
            let names = Mistake.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no mistake \"\(only)\"; take one of \(names)")
        }
    }

    func run() async throws {
        let campaign = Campaign()
        var isEveryOneCaught = true
        var table: [[String]] = [["mistake", "under", "seeds to catch", "time", "invariant", "control"]]
        for mistake in Mistake.all where only == nil || only == mistake.name {
            let began = ContinuousClock.now
            let (plans, found) = await commit(mistake, in: campaign)
            let seconds = (ContinuousClock.now - began).components.seconds
            let control = await Self.control(plans, in: campaign)
            let breaches = found.outcomes.last?.breaches ?? []
            let blamed = Mistake.blamed(in: breaches).joined(separator: ", ")
            let (isBlamed, isControlWell) = (mistake.isBlamed(in: breaches), control == "well")
            if !isBlamed || !isControlWell { isEveryOneCaught = false }
            table.append([
                mistake.name, mistake.faults.map(\.rawValue).joined(separator: ", "),
                found.isBroken ? "\(plans.count)" : "NOT in \(plans.count)", "\(seconds) s",
                isBlamed ? blamed : "WRONG: \(blamed), not \(mistake.breaks.sorted().joined(separator: " or "))", control,
            ])
            let progress = Tally.aligned([table[0], table[table.count - 1]]).joined(separator: "\n")
            FileHandle.standardError.write(Data("\(progress)\n".utf8))
        }
        await campaign.close(keepsLogs: !isEveryOneCaught)
        print(Tally.aligned(table).joined(separator: "\n"))
        if !isEveryOneCaught { throw ExitCode.failure }
    }

    /// Seed by seed until it is noticed.
    private func commit(_ mistake: Mistake, in campaign: Campaign) async -> ([RunPlan], Report) {
        await campaign.plant(mistake.name)
        var plans: [RunPlan] = []
        while plans.count < seeds, campaign.report.caught == nil {
            let plan = RunPlan(seed: from + UInt64(plans.count), faults: mistake.faults)
            plans.append(plan)
            await campaign.perform(plan)
        }
        return (plans, await campaign.plant(nil))
    }

    /// What the same plans come to without any mistake.
    private static func control(_ plans: [RunPlan], in campaign: Campaign) async -> String {
        for plan in plans { await campaign.perform(plan) }
        let report = await campaign.plant(nil)
        if let caught = report.caught { return "BROKEN: \(caught)" }
        return report.decidedCount == plans.count ? "well" : "told NOTHING of \(plans.count - report.decidedCount) seeds"
    }
}

/// `faults list`: what there is.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Name the faults and the failpoints.")

    func run() {
        print("faults: \(Fault.allCases.map(\.rawValue).joined(separator: " "))")
        for program in Installation.programs { print("\(program): \(Sites.of(program).joined(separator: " "))") }
        for (verb, sites) in Sites.tools.sorted(by: { $0.key < $1.key }) { print("\(verb): \(sites.joined(separator: " "))") }
        print("planted mistakes: \(Mistake.all.map(\.name).joined(separator: " "))")
    }
}
