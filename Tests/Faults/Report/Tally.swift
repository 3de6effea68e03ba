import Foundation

/// How often everything went wrong, and how many runs of each kind broke something: of one campaign, or of several.
struct Tally {
    struct Runs {
        private(set) var runs = 0
        private(set) var broken = 0
        /// Events that were on the log more than once when a run had ended.
        private(set) var repeated = 0

        mutating func add(runs: Int, broken: Int, repeated: Int) {
            self.runs += runs
            self.broken += broken
            self.repeated += repeated
        }
    }

    /// By `what where program`.
    var coverage: [String: Int] = [:]
    /// By the kind of trouble.
    var faults: [String: Runs] = [:]
    /// What broke, with the command that repeats it.
    private(set) var failed: [String] = []
    /// Why runs told nothing.
    private(set) var undecided: [String] = []

    init() {}

    /// What several kinds of trouble in one run are counted as.
    static func together(_ kinds: Int) -> String { "\(kinds) kinds together" }

    /// What a campaign printed with `--json`.
    init(json data: Data) throws {
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any],
            let coverage = object["coverage"] as? [String: Int],
            let faults = object["faults"] as? [String: [String: Int]]
        else { throw CocoaError(.fileReadCorruptFile) }
        self.coverage = coverage
        for (name, numbers) in faults {
            self.faults[name, default: Runs()].add(
                runs: numbers["runs"] ?? 0, broken: numbers["broken"] ?? 0, repeated: numbers["repeated"] ?? 0)
        }
        undecided = object["undecided"] as? [String] ?? []
        failed = (object["failed"] as? [[String: Any]] ?? []).map { failure in
            let violations = failure["violations"] as? [String] ?? []
            return "\(violations.first ?? "")\n  again: \(failure["again"] as? String ?? "")"
        }
    }

    mutating func add(_ other: Tally) {
        coverage.merge(other.coverage, uniquingKeysWith: +)
        for (name, runs) in other.faults {
            faults[name, default: Runs()].add(runs: runs.runs, broken: runs.broken, repeated: runs.repeated)
        }
        failed += other.failed
        undecided += other.undecided
    }

    var lines: [String] { coverageTable + faultTable }

    private var coverageTable: [String] {
        var rows: [String: [String: Int]] = [:]
        for (what, count) in coverage {
            let words = what.split(separator: " ").map(String.init)
            guard words.count == 3 else { continue }
            rows["\(words[0]) \(words[1])", default: [:]][words[2], default: 0] += count
        }
        guard !rows.isEmpty else { return [] }
        // Where nobody died is to be seen.
        if rows.keys.contains(where: { $0.hasPrefix("kill-at-site ") }) {
            for program in Installation.programs {
                for site in Sites.of(program) { rows["kill-at-site \(site)", default: [:]][program, default: 0] += 0 }
            }
        }
        if rows.keys.contains(where: { $0.hasPrefix("tool-killed ") }) {
            for (verb, sites) in Sites.tools {
                for site in sites { rows["tool-killed \(site)", default: [:]][verb, default: 0] += 0 }
            }
        }
        let columns = Set(rows.values.flatMap(\.keys)).sorted()
        return Self.aligned(
            [["what, where"] + columns]
                + rows.sorted { $0.key < $1.key }.map { row, cells in
                    [row] + columns.map { cells[$0].map(String.init) ?? "." }
                })
    }

    private var faultTable: [String] {
        var instances: [String: Int] = [:]
        for (what, count) in coverage { instances[String(what.prefix { $0 != " " }), default: 0] += count }
        let names = Set(faults.keys).union(instances.keys).sorted()
        return Self.aligned(
            [["fault", "instances", "runs of it alone", "with violations", "events repeated"]]
                + names.map { name in
                    let runs = faults[name]
                    return [
                        name, instances[name].map(String.init) ?? ".", "\(runs?.runs ?? 0)", "\(runs?.broken ?? 0)",
                        "\(runs?.repeated ?? 0)",
                    ]
                })
    }

    /// The first column to the left, the others to the right.
    static func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + blanks : blanks + row[column]
            }.joined(separator: "  ")
        }
    }
}
