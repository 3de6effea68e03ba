import Testing

@testable import Faults

struct PlanTests {
    /// Everything that a seed decides before anything begins.
    private static func text(_ plan: RunPlan) -> String {
        let acts = plan.acts.map { "\($0.fault.rawValue) at \($0.atMilliseconds) by \($0.seed) turn \($0.turn)" }
        return "\(acts) \(plan.clients) \(plan.loadMilliseconds) ms \(plan.copies) copies: \(plan.command)"
    }

    private static let sets: [[Fault]] = [[], [.killAll, .poison], [.stop, .redelivery, .commitLate]] + Fault.allCases.map { [$0] }

    @Test(arguments: sets) func `The same seed gives the same plan, and another seed another one`(faults: [Fault]) {
        var seen: Set<String> = []
        for seed in UInt64(1)...200 {
            let text = Self.text(RunPlan(seed: seed, faults: faults))
            #expect(text == Self.text(RunPlan(seed: seed, faults: faults)))
            // Without what its acts and commands are called by.
            let plan = RunPlan(seed: seed, faults: faults)
            let acts = plan.acts.map { "\($0.fault) \($0.atMilliseconds) \($0.seed)" }
            seen.insert("\(acts) \(plan.clients) \(plan.loadMilliseconds)")
        }
        #expect(seen.count == 200)
    }

    @Test func `A plan is the same in every process`() {
        let text = """
            ["kill-all at 1703 by 8632209307422871798 turn 7", "poison at 1886 by 2476628477891077985 turn 7"] \
            [r0, r1, c0] 2576 ms 2 copies: deploy/faults --from 7 --seeds 1 --fault kill-all,poison
            """
        #expect(Self.text(RunPlan(seed: 7, faults: [.killAll, .poison])) == text)
    }
}
