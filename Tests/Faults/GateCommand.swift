import ArgumentParser
import Foundation
import TestSupport

/// `faults gate`: minutes of what a campaign does for hours, and a few mistakes made on purpose.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "A few seeds, and the proof that mistakes would have been noticed: for the tests.",
        discussion: """
            Exit status 1 when a seed broke an invariant, a mistake was not noticed, or was taken for another one, or most \
            seeds told nothing: what failed for a reason of the harness's own is begun again, and in the end says nothing \
            about Tuesday, and on a machine with other work to do seeds that do not begin in time are left out. Both are named.
            """)

    @Option(parsing: .unconditional, help: "No seed of a sound Tuesday begins after so many minutes.") var minutes = 6.0

    private static let seeds: [(UInt64, [Fault])] = [
        (1, [.killAtSite]), (2, [.commitLanded]), (3, [.commitUndone]), (4, [.redelivery]), (5, [.postgresKilled]),
        (6, [.stopAtSite]), (8, [.timerRaces]), (12, [.killAtRandom, .commitLate]),
    ]

    /// How many seeds each may take.
    private static let mistakes = [("no-seq-guard", 3), ("ack-before-commit", 4)]

    /// Its seeds do not follow each other as those of a campaign: all of them again are this command again.
    private static let repetition = Repetition(shape: Shape(keep: seeds.count), isInOrder: false)

    func validate() throws { try OptionLimits.requireMinutes(minutes, remedy: "leave it out for 6") }

    func run() async throws {
        let campaign = Campaign(Self.repetition.shape)
        let deadline = ContinuousClock.now + .seconds(minutes * 60)
        for (seed, faults) in Self.seeds {
            guard ContinuousClock.now < deadline else {
                print("left out: \(Self.repetition.alone(RunPlan(seed: seed, faults: faults)))")
                continue
            }
            await campaign.perform(RunPlan(seed: seed, faults: faults))
        }
        let sound = await campaign.plant(nil)
        print(sound.text(Self.repetition))
        var isEveryOneNoticed = true
        for (name, seeds) in Self.mistakes {
            guard let mistake = Mistake.named(name) else { throw HarnessFailure("nobody makes the mistake \(name)") }
            await campaign.plant(mistake.name)
            // Beside what it breaks, a slow machine breaks other things: then the next seed tells.
            for seed in 1...seeds where !mistake.isBlamed(in: campaign.report.outcomes.last?.breaches ?? []) {
                await campaign.perform(RunPlan(seed: UInt64(seed), faults: mistake.faults))
            }
            let breaches = campaign.report.outcomes.last?.breaches ?? []
            print("\(mistake.name): \(mistake.verdict(breaches))")
            if !mistake.isBlamed(in: breaches) { isEveryOneNoticed = false }
        }
        let isTelling = sound.decidedCount > Self.seeds.count / 2
        if !isTelling { print("only \(sound.decidedCount) of \(Self.seeds.count) seeds told anything") }
        let isFailed = sound.isBroken || !isTelling || !isEveryOneNoticed
        await campaign.close(keepsLogs: isFailed)
        if isFailed { throw ExitCode.failure }
    }
}
