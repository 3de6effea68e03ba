import ArgumentParser
import TestSupport

/// `faults gate`: about a minute of what a campaign does for hours, and one mistake made on purpose.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", abstract: "A few seeds, and the proof that a mistake would have been noticed: for the tests.")

    func run() async throws {
        let campaign = Campaign()
        for (index, fault) in [Fault.killAtSite, .commitLanded].enumerated() {
            await campaign.perform(RunPlan(seed: UInt64(index + 1), faults: [fault]))
        }
        let sound = await campaign.plant("no-seq-guard")
        print(sound.text)
        for seed in 1...3 where campaign.report.caught == nil {
            await campaign.perform(RunPlan(seed: UInt64(seed), faults: [.redelivery]))
        }
        let isNoticed = campaign.report.caught != nil
        print("figures that count an event twice are \(isNoticed ? "noticed" : "NOT noticed")")
        await campaign.close(keepsLogs: sound.isFailed || !isNoticed)
        if sound.isFailed || !isNoticed { throw ExitCode.failure }
    }
}
