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
}
