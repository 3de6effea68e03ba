import Foundation

/// What a campaign found, told run by run on standard error and as a whole at the end.
struct Report {
    private(set) var outcomes: [Run.Outcome] = []
    /// Runs that told nothing, and were begun again.
    private(set) var undecided: [String] = []
    /// How often what went wrong where.
    private(set) var coverage: [String: Int] = [:]
    private let began = ContinuousClock.now
    var logs: String?

    var isFailed: Bool { outcomes.contains { !$0.violations.isEmpty } }

    /// Whether Tuesday broke anything; runs about which nothing was found out do not say so.
    var isBroken: Bool { caught != nil }

    /// The first violation that is Tuesday's.
    var caught: String? { outcomes.lazy.flatMap(\.breaches).first }

    /// Runs after which it is known whether anything was broken.
    var decidedCount: Int { outcomes.count { !$0.isUndecided } }

    /// What went wrong counts where it was judged what came of it.
    mutating func add(_ outcome: Run.Outcome) {
        outcomes.append(outcome)
        if !outcome.isUndecided { coverage.merge(outcome.coverage, uniquingKeysWith: +) }
        tell(outcome)
    }

    mutating func addUndecided(_ outcome: Run.Outcome) {
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
        for violation in outcome.sentences.prefix(12) { say("seed \(seed):   \(violation)") }
    }

    /// Site by site what went wrong there, and how often in which program; and fault by fault how it ended.
    var text: String {
        var lines = tally.lines
        let failed = outcomes.filter { !$0.violations.isEmpty }
        for outcome in failed {
            lines.append("seed \(outcome.plan.seed) broke: \(outcome.sentences.first ?? "")")
            lines.append("  again: \(outcome.plan.command)")
        }
        if !undecided.isEmpty { lines.append("\(undecided.count) runs were begun again: \(Set(undecided).sorted())") }
        if let logs { lines.append("logs are in \(logs)") }
        let seconds = (ContinuousClock.now - began).components.seconds
        lines.append("\(outcomes.count) seeds in \(seconds) s, \(failed.count) with violations")
        return lines.joined(separator: "\n")
    }

    private var tally: Tally {
        var tally = Tally()
        tally.coverage = coverage
        for outcome in outcomes {
            // Alone each kind is counted for itself; what several kinds do together is another thing.
            let name = outcome.kinds.count == 1 ? outcome.kinds[0] : Tally.together(outcome.kinds.count)
            tally.faults[name, default: Tally.Runs()].add(
                runs: 1, broken: outcome.violations.isEmpty ? 0 : 1, repeated: outcome.repeated)
        }
        return tally
    }

    var json: String {
        let failed = outcomes.filter { !$0.violations.isEmpty }.map { outcome -> [String: Any] in
            [
                "seed": outcome.plan.seed, "faults": outcome.kinds, "violations": outcome.sentences,
                "again": outcome.plan.command,
            ]
        }
        let object: [String: Any] = [
            "seeds": outcomes.count, "undecided": undecided, "failed": failed, "coverage": coverage,
            "faults": tally.faults.mapValues { ["runs": $0.runs, "broken": $0.broken, "repeated": $0.repeated] },
        ]
        let data = try? JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func say(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

    private static func seconds(_ milliseconds: Int) -> String { "\(Double(milliseconds / 100) / 10)" }
}
