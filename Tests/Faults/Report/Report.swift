import Foundation

/// What a campaign found, told run by run on standard error and as a whole at the end.
struct Report {
    private(set) var outcomes: [Run.Outcome] = []
    /// Runs that told nothing, and were begun again.
    private(set) var undecided: [String] = []
    /// Every run in order, with those that were begun again.
    private var runs: [(plan: RunPlan, isWell: Bool, outcome: Int?)] = []
    private let began = ContinuousClock.now
    var logs: String?

    /// How often what went wrong where.
    var coverage: [String: Int] { tally.coverage }

    var isFailed: Bool { outcomes.contains { !$0.violations.isEmpty } }

    /// Whether Tuesday broke anything; runs about which nothing was found out do not say so.
    var isBroken: Bool { caught != nil }

    /// The first violation that is Tuesday's.
    var caught: String? { outcomes.lazy.flatMap(\.breaches).first }

    /// Runs after which it is known whether anything was broken.
    var decidedCount: Int { outcomes.count { !$0.isUndecided } }

    mutating func add(_ outcome: Run.Outcome) {
        runs.append((outcome.plan, outcome.violations.isEmpty, outcomes.count))
        outcomes.append(outcome)
        tell(outcome)
    }

    mutating func addUndecided(_ outcome: Run.Outcome) {
        runs.append((outcome.plan, false, nil))
        undecided += outcome.violations
        tell(outcome, "begins again")
    }

    /// A smaller run that fails as well.
    mutating func shrunk(_ seed: UInt64, to plan: RunPlan) {
        for index in outcomes.indices where outcomes[index].plan.seed == seed { outcomes[index].plan = plan }
    }

    /// Says what came of a run; it counts only when it is added.
    func tell(_ outcome: Run.Outcome, _ remark: String? = nil) {
        let seed = outcome.plan.seed
        let kinds = outcome.kinds.joined(separator: ", ")
        let counts = "\(outcome.calls) calls, \(outcome.unknown) without answer, \(outcome.requests) requests, "
            + "\(outcome.events) events, \(outcome.repeated) repeated on the log"
        let times = "quiet after \(Self.seconds(outcome.quietMilliseconds)) s, judged in "
            + "\(Self.seconds(outcome.checkMilliseconds)) of \(Self.seconds(outcome.totalMilliseconds)) s"
        let verdict = outcome.violations.isEmpty ? "well" : "BROKEN"
        say("seed \(seed)\(remark.map { " \($0)" } ?? ""): \(kinds); \(counts); \(times): \(verdict)")
        let shown = outcome.sentences.prefix(12)
        for violation in shown { say("seed \(seed):   \(violation)") }
        if shown.count < outcome.sentences.count { say("seed \(seed):   and \(outcome.sentences.count - shown.count) more") }
    }

    /// Site by site what went wrong there, fault by fault how it ended, and how what broke is repeated.
    func text(_ repetition: Repetition) -> String {
        let failures = failures(repetition)
        var lines = tally.lines + failures.flatMap(\.lines)
        if !undecided.isEmpty { lines.append("\(undecided.count) runs were begun again: \(Set(undecided).sorted())") }
        if let logs { lines.append("logs are in \(logs)") }
        let seconds = (ContinuousClock.now - began).components.seconds
        lines.append("\(outcomes.count) seeds in \(seconds) s, \(failures.count) with violations")
        return lines.joined(separator: "\n")
    }

    /// The same for ``Tally``.
    func json(_ repetition: Repetition) -> String {
        let printed = Tally.Printed(
            seeds: outcomes.count, undecided: undecided, failed: failures(repetition), runs: tally.entries)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Texts and numbers can be written.
        let data = try? encoder.encode(printed)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func failures(_ repetition: Repetition) -> [Tally.Failure] {
        var stretches = Repetition.Stretches(keep: repetition.shape.keep)
        return runs.compactMap { run in
            let first = stretches.first(of: run.plan, isWell: run.isWell)
            guard !run.isWell, let outcome = run.outcome.map({ outcomes[$0] }) else { return nil }
            return Tally.Failure(
                seed: outcome.plan.seed, faults: outcome.kinds, violations: outcome.sentences,
                again: repetition.alone(outcome.plan), stretch: repetition.stretch(from: first, through: outcome.plan.seed))
        }
    }

    /// What went wrong counts where it was judged what came of it.
    private var tally: Tally {
        var tally = Tally()
        for outcome in outcomes {
            tally.add(
                Tally.Entry(
                    kinds: outcome.kinds, coverage: outcome.isUndecided ? [:] : outcome.coverage,
                    isDecided: !outcome.isUndecided, isBroken: !outcome.violations.isEmpty, repeated: outcome.repeated))
        }
        return tally
    }

    private func say(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

    private static func seconds(_ milliseconds: Int) -> String { "\(Double(milliseconds / 100) / 10)" }
}
