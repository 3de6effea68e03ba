import Foundation
import Testing

@testable import Faults

struct ReportTests {
    private static func outcome(_ violations: String...) -> Run.Outcome {
        var outcome = Run.Outcome(plan: RunPlan(seed: 1, faults: [.killAll]), violations: violations)
        outcome.coverage = ["kill-all - all": 2]
        return outcome
    }

    @Test func `Only what Tuesday broke is a breach`() {
        #expect(Self.outcome("the harness: it is tired", "I1: lost").breaches == ["I1: lost"])
        #expect(Self.outcome("the harness: it is tired").isUndecided)
        #expect(!Self.outcome("the harness: it is tired", "I1: lost").isUndecided)
        #expect(!Self.outcome().isUndecided)
    }

    @Test func `What went wrong in a run that told nothing does not count`() {
        var report = Report()
        report.add(Self.outcome("the harness: it is tired"))
        #expect(report.coverage.isEmpty)
        #expect(report.decidedCount == 0)
        #expect(!report.isBroken)
        report.add(Self.outcome())
        report.add(Self.outcome("I1: lost"))
        #expect(report.coverage == ["kill-all - all": 4])
        #expect(report.decidedCount == 2)
        #expect(report.caught == "I1: lost")
    }

    private static func well(_ seed: UInt64) -> Run.Outcome { Run.Outcome(plan: RunPlan(seed: seed, faults: [.killAll])) }

    private static func broken(_ seed: UInt64, by sentence: String = "I1: lost") -> Run.Outcome {
        Run.Outcome(plan: RunPlan(seed: seed, faults: [.killAll]), violations: [sentence])
    }

    /// What is printed to repeat each failure.
    private static func commands(_ report: Report, _ repetition: Repetition) throws -> [[String]] {
        let printed = try JSONDecoder().decode(Tally.Printed.self, from: Data(report.json(repetition).utf8))
        return printed.failed.map { [$0.again] + ($0.stretch.map { [$0] } ?? []) }
    }

    @Test func `A seed is repeated alone, and after those that its installation had seen before`() throws {
        var report = Report()
        for seed in 5...7 { report.add(Self.well(UInt64(seed))) }
        report.add(Self.broken(8))
        // The next one is on an installation of its own.
        report.add(Self.broken(9))
        let repetition = Repetition(isOptimised: false, fault: "kill-all")
        #expect(
            try Self.commands(report, repetition) == [
                ["deploy/faults --from 8 --seeds 1 --fault kill-all", "deploy/faults --from 5 --seeds 4 --fault kill-all"],
                ["deploy/faults --from 9 --seeds 1 --fault kill-all"],
            ])
        let text = report.text(repetition)
        #expect(text.contains("again: deploy/faults --from 8 --seeds 1 --fault kill-all"))
        #expect(text.contains(": deploy/faults --from 5 --seeds 4 --fault kill-all"))
    }

    @Test func `An installation ends after so many runs, with another number of copies, and where a run told nothing`() throws {
        var stretches = Repetition.Stretches(keep: 3)
        func firsts(_ runs: [(UInt64, Fault, Bool)]) -> [UInt64] {
            runs.map { seed, fault, isWell in stretches.first(of: RunPlan(seed: seed, faults: [fault]), isWell: isWell) }
        }
        #expect(firsts((1...7).map { ($0, .killAll, true) }) == [1, 1, 1, 4, 4, 4, 7])
        // Seed 8 is begun again.
        #expect(firsts([(8, .killAll, false), (8, .killAll, true), (9, .killAll, true)]) == [7, 8, 8])
        #expect(firsts([(10, .rebalanceStorm, true), (11, .killAll, true)]) == [10, 11])
        var report = Report()
        report.add(Self.well(1))
        report.addUndecided(Self.broken(2, by: "the harness: it is tired"))
        report.add(Self.well(2))
        report.add(Self.broken(3))
        let commands = try Self.commands(report, Repetition(isOptimised: false))
        #expect(commands.first?.last == "deploy/faults --from 2 --seeds 2")
    }

    @Test func `Whatever the campaign was told is told again`() throws {
        var report = Report()
        let shape = Shape(copies: 3, keep: 5, overdue: 9)
        report.add(Run.Outcome(plan: RunPlan(seed: 1, faults: [.killAll], shape: shape)))
        report.add(Run.Outcome(plan: RunPlan(seed: 2, faults: [.poison], shape: shape), violations: ["I1: lost"]))
        let repetition = Repetition(isOptimised: true, fault: "each", acts: "0", clients: "", shape: shape, planted: "no-seq-guard")
        let rest = "--copies 3 --keep 5 --overdue 9 --plant no-seq-guard"
        #expect(
            try Self.commands(report, repetition) == [
                [
                    "deploy/faults --optimised --from 2 --seeds 1 --fault poison \(rest)",
                    "deploy/faults --optimised --from 1 --seeds 2 --fault each --acts 0 --clients '' \(rest)",
                ]
            ])
    }

    @Test func `A failure that needs fewer is repeated with fewer alone, and as it was after others`() throws {
        var report = Report()
        report.add(Self.well(1))
        report.add(Self.broken(2))
        report.shrunk(2, to: RunPlan(seed: 2, faults: [.killAll]).keeping([Int]()))
        #expect(
            try Self.commands(report, Repetition(isOptimised: false, fault: "kill-all")) == [
                ["deploy/faults --from 2 --seeds 1 --fault kill-all --acts ''", "deploy/faults --from 1 --seeds 2 --fault kill-all"]
            ])
    }

    @Test func `What a campaign prints is what is added up`() throws {
        var report = Report()
        report.add(Self.outcome())
        report.add(Self.outcome("the harness: it is tired"))
        report.add(Self.outcome("I1: lost"))
        let tally = try Tally(json: Data(report.json(Repetition()).utf8))
        #expect(tally.coverage == ["kill-all - all": 4])
        #expect(tally.entries.map(\.isDecided) == [true, false, true])
        #expect(tally.failed.map(\.violations) == [["the harness: it is tired"], ["I1: lost"]])
    }
}

struct MistakeTests {
    @Test func `A mistake is caught by what it breaks, and not by what it does not`() throws {
        let mistake = try #require(Mistake.named("capacity-checked-then-written"))
        let seen = "I4: cadre 7 had 9 of 8"
        #expect(mistake.isBlamed(in: [seen]))
        #expect(mistake.isBlamed(in: [seen, "I2-I8: no cadre was given more than the capacity: cadre 7"]))
        #expect(!mistake.isBlamed(in: [seen, "I1: request 9 was promised and does not exist"]))
        #expect(!mistake.isBlamed(in: ["I2-I8: no cadre was given more than the capacity: cadre 7"]))
        #expect(!mistake.isBlamed(in: [seen, "tuesday-router-1 crashed by itself"]))
        #expect(!mistake.isBlamed(in: []))
    }

    @Test func `What follows from a mistake may be found as well, and is not enough`() throws {
        let mistake = try #require(Mistake.named("cursor-before-reports"))
        let (seen, follows) = ("I2: the topic never got 7", "I8: 75 s after everything was healed 3 requests are not counted")
        #expect(mistake.isBlamed(in: [follows, seen]))
        #expect(!mistake.isBlamed(in: [follows]))
        #expect(mistake.verdict([follows, seen]) == seen)
        #expect(mistake.verdict([follows]) == "NOT understood: I8 blamed: \(follows)")
        #expect(mistake.verdict([]) == "NOT noticed")
    }

    @Test func `Who misses records and asks for nobody has skipped them`() {
        let sentence = "after 60 s it is not so that tuesday-intake asks for `tuesday lanes recover`"
        #expect(Mistake.blamed(in: [sentence]) == ["I8"])
        #expect(Mistake.blamed(in: ["tuesday-intake asks for `tuesday lanes recover`"]) == [Mistake.nothing])
    }

    @Test func `The invariant is found wherever a sentence names it`() {
        let sentences = [
            "stop-at-site: after 40 s it is not so that I7: others have taken the lanes", "I1: lost", "I1: doubled", "what else",
        ]
        #expect(Mistake.blamed(in: sentences) == ["I1", "I7", Mistake.nothing])
    }
}
