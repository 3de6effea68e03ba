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
        let kinds = Set(outcome.faults).sorted().joined(separator: ", ")
        let counts = "\(outcome.calls) calls, \(outcome.unknown) without answer, \(outcome.requests) requests, "
            + "\(outcome.events) events, \(outcome.repeated) repeated on the log"
        let times = "quiet after \(Self.seconds(outcome.quietMilliseconds)) s of \(Self.seconds(outcome.totalMilliseconds))"
        say("seed \(outcome.seed): \(kinds); \(counts); \(times): \(outcome.violations.isEmpty ? "well" : "BROKEN")")
        for violation in outcome.violations.prefix(12) { say("seed \(outcome.seed):   \(violation)") }
    }

    mutating func add(coverage more: [String: Int]) { coverage.merge(more, uniquingKeysWith: +) }

    /// Site by site what went wrong there, and how often in which program.
    var text: String {
        var lines: [String] = []
        var rows: [String: [String: Int]] = [:]
        for (what, count) in coverage {
            let words = what.split(separator: " ").map(String.init)
            guard words.count == 3 else { continue }
            rows["\(words[0]) \(words[1])", default: [:]][words[2], default: 0] += count
        }
        let columns = Set(rows.values.flatMap(\.keys)).sorted()
        if !rows.isEmpty {
            let width = rows.keys.map(\.count).max() ?? 0
            lines.append("what, where".padding(toLength: width + 2, withPad: " ", startingAt: 0) + columns.joined(separator: "  "))
            for (row, cells) in rows.sorted(by: { $0.key < $1.key }) {
                let numbers = columns.map { column in
                    let text = cells[column].map(String.init) ?? "."
                    return String(repeating: " ", count: max(0, column.count - text.count)) + text
                }
                lines.append(row.padding(toLength: width + 2, withPad: " ", startingAt: 0) + numbers.joined(separator: "  "))
            }
        }
        let byFault = Dictionary(grouping: outcomes) { Set($0.faults).sorted().joined(separator: " + ") }
        if byFault.count < 60 {
            for (fault, outcomes) in byFault.sorted(by: { $0.key < $1.key }) {
                lines.append("\(fault): \(outcomes.count) runs, \(outcomes.count { !$0.violations.isEmpty }) with violations")
            }
        }
        let failed = outcomes.filter { !$0.violations.isEmpty }
        for outcome in failed {
            lines.append("seed \(outcome.seed) broke: \(outcome.violations.first ?? "")")
            lines.append("  again: deploy/faults --from \(outcome.seed) --seeds 1\(Set(outcome.faults).count == 1 ? " --fault \(outcome.faults[0])" : "")")
        }
        if let logs { lines.append("logs are in \(logs)") }
        let seconds = (ContinuousClock.now - began).components.seconds
        lines.append("\(outcomes.count) seeds in \(seconds) s, \(failed.count) with violations; \(coverage.values.reduce(0, +)) faults injected")
        return lines.joined(separator: "\n")
    }

    var json: String {
        let object: [String: Any] = [
            "seeds": outcomes.count,
            "failed": outcomes.filter { !$0.violations.isEmpty }.map { ["seed": $0.seed, "faults": $0.faults, "violations": $0.violations] },
            "coverage": coverage, "requests": outcomes.map(\.requests).max() ?? 0,
        ]
        let data = try? JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func say(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

    private static func seconds(_ milliseconds: Int) -> String { "\(Double(milliseconds / 100) / 10)" }
}
