import ArgumentParser
import Foundation
import TestSupport

/// `faults gate`: minutes of what a campaign does for hours, and a few mistakes made on purpose.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", abstract: "A few seeds, and the proof that mistakes would have been noticed: for the tests.",
        discussion: """
            Exit status 1 when a seed broke an invariant, a mistake was not noticed, or most seeds told nothing: what failed \
            for a reason of the harness's own is begun again, and in the end says nothing about Tuesday, and on a machine with \
            other work to do seeds that do not begin in time are left out. Both are named.
            """)

    @Option(help: "No seed of a sound Tuesday begins after so many minutes.") var minutes = 6.0

    private static let seeds: [(UInt64, [Fault])] = [
        (1, [.killAtSite]), (2, [.commitLanded]), (3, [.commitUndone]), (4, [.redelivery]), (5, [.postgresKilled]),
        (6, [.stopAtSite]), (8, [.timerRaces]), (12, [.killAtRandom, .commitLate]),
    ]

    /// Each with the trouble under which it tells, and how many seeds it may take.
    private static let mistakes: [(name: String, fault: Fault, seeds: Int)] = [
        ("no-seq-guard", .redelivery, 3), ("ack-before-commit", .commitUndone, 4),
    ]

    func run() async throws {
        let campaign = Campaign(Shape(keep: Self.seeds.count))
        let deadline = ContinuousClock.now + .seconds(minutes * 60)
        for (seed, faults) in Self.seeds {
            guard ContinuousClock.now < deadline else {
                print("left out: \(RunPlan(seed: seed, faults: faults).command)")
                continue
            }
            await campaign.perform(RunPlan(seed: seed, faults: faults))
        }
        let sound = await campaign.plant(nil)
        print(sound.text)
        var isEveryOneNoticed = true
        for (name, fault, seeds) in Self.mistakes {
            await campaign.plant(name)
            for seed in 1...seeds where campaign.report.caught == nil {
                await campaign.perform(RunPlan(seed: UInt64(seed), faults: [fault]))
            }
            print("\(name): \(campaign.report.caught ?? "NOT noticed")")
            if !campaign.report.isBroken { isEveryOneNoticed = false }
        }
        let isTelling = sound.decidedCount > Self.seeds.count / 2
        if !isTelling { print("only \(sound.decidedCount) of \(Self.seeds.count) seeds told anything") }
        let isFailed = sound.isBroken || !isTelling || !isEveryOneNoticed
        await campaign.close(keepsLogs: isFailed)
        if isFailed { throw ExitCode.failure }
    }
}
