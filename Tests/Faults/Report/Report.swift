import Foundation

/// What a campaign found, told run by run on standard error and as a whole at the end.
struct Report {
    private(set) var outcomes: [Run.Outcome] = []
    private(set) var coverage: [String: Int] = [:]
    private let began = ContinuousClock.now
    var logs: String?

    var isFailed: Bool { outcomes.contains { !$0.violations.isEmpty } }

    /// The first violation that is Tuesday's; trouble of the harness proves nothing.
    var caught: String? { outcomes.lazy.flatMap(\.violations).first { !$0.hasPrefix("the harness:") } }

    mutating func add(_ outcome: Run.Outcome) {
        outcomes.append(outcome)
        tell(outcome)
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
        let times = "quiet after \(Self.seconds(outcome.quietMilliseconds)) s of \(Self.seconds(outcome.totalMilliseconds))"
        let verdict = outcome.violations.isEmpty ? "well" : "BROKEN"
        say("seed \(seed)\(remark.map { " \($0)" } ?? ""): \(kinds); \(counts); \(times): \(verdict)")
        for violation in outcome.violations.prefix(12) { say("seed \(seed):   \(violation)") }
    }

    mutating func add(coverage more: [String: Int]) { coverage.merge(more, uniquingKeysWith: +) }

    /// Site by site what went wrong there, and how often in which program.
    var text: String {
        var lines = coverageTable
        let byKind = Dictionary(grouping: outcomes) { $0.kinds.joined(separator: " + ") }
        if byKind.count < 60 {
            for (kind, outcomes) in byKind.sorted(by: { $0.key < $1.key }) {
                lines.append("\(kind): \(outcomes.count) runs, \(outcomes.count { !$0.violations.isEmpty }) with violations")
            }
        }
        let failed = outcomes.filter { !$0.violations.isEmpty }
        for outcome in failed {
            lines.append("seed \(outcome.plan.seed) broke: \(outcome.violations.first ?? "")")
            lines.append("  again: \(outcome.plan.command)")
        }
        if let logs { lines.append("logs are in \(logs)") }
        let seconds = (ContinuousClock.now - began).components.seconds
        let injected = coverage.values.reduce(0, +)
        lines.append("\(outcomes.count) seeds in \(seconds) s, \(failed.count) with violations; \(injected) faults injected")
        return lines.joined(separator: "\n")
    }

    private var coverageTable: [String] {
        var rows: [String: [String: Int]] = [:]
        for (what, count) in coverage {
            let words = what.split(separator: " ").map(String.init)
            guard words.count == 3 else { continue }
            rows["\(words[0]) \(words[1])", default: [:]][words[2], default: 0] += count
        }
        guard let width = rows.keys.map(\.count).max() else { return [] }
        func padded(_ text: String) -> String { text.padding(toLength: width + 2, withPad: " ", startingAt: 0) }
        let columns = Set(rows.values.flatMap(\.keys)).sorted()
        return [padded("what, where") + columns.joined(separator: "  ")]
            + rows.sorted { $0.key < $1.key }.map { row, cells in
                let numbers = columns.map { column in
                    let text = cells[column].map(String.init) ?? "."
                    return String(repeating: " ", count: max(0, column.count - text.count)) + text
                }
                return padded(row) + numbers.joined(separator: "  ")
            }
    }

    var json: String {
        let failed = outcomes.filter { !$0.violations.isEmpty }.map { outcome -> [String: Any] in
            [
                "seed": outcome.plan.seed, "faults": outcome.kinds, "violations": outcome.violations,
                "again": outcome.plan.command,
            ]
        }
        let object: [String: Any] = [
            "seeds": outcomes.count, "failed": failed, "coverage": coverage,
            "requests": outcomes.map(\.requests).max() ?? 0,
        ]
        let data = try? JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func say(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

    private static func seconds(_ milliseconds: Int) -> String { "\(Double(milliseconds / 100) / 10)" }
}
