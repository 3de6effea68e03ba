import Foundation

/// What everything that went wrong came to: in one campaign, or in several.
struct Tally {
    /// One run: one seed from load to judgement.
    struct Entry: Codable, Sendable {
        /// What was to go wrong.
        var kinds: [String]
        /// How often what did: `what where program`. Nothing where it was not judged what came of it.
        var coverage: [String: Int] = [:]
        var isDecided = true
        /// Something was found, be it that nothing could be found out.
        var isBroken = false
        /// Events that were on the log more than once when the run had ended.
        var repeated = 0

        /// How often one of its kinds has met a working Tuesday.
        func count(of kind: String) -> Int {
            (Fault(rawValue: kind)?.metAs ?? [kind]).reduce(0) { $0 + Tally.count(of: $1, in: coverage) }
        }

        /// How many of its kinds have; a quiet day needs no evidence.
        var kindsMet: Int { kinds.count { $0 == Fault.none.rawValue || count(of: $0) > 0 } }
    }

    /// A seed that broke something.
    struct Failure: Codable, Sendable {
        var seed: UInt64
        var faults: [String]
        var violations: [String]
        /// What repeats it on an installation of its own.
        var again: String
        /// What repeats it after the seeds that its installation had seen before; nil: there were none.
        var stretch: String?

        var lines: [String] {
            let more = violations.count > 2 ? "; and \(violations.count - 2) more" : ""
            return ["seed \(seed) broke: \(violations.prefix(2).joined(separator: "; "))\(more)", "  again: \(again)"]
                + (stretch.map { ["  with the seeds before it on its installation: \($0)"] } ?? [])
        }
    }

    /// What a campaign prints with `--json`.
    struct Printed: Codable {
        var seeds: Int
        var undecided: [String]
        var failed: [Failure]
        var runs: [Entry]
    }

    private(set) var entries: [Entry] = []
    /// How often what went wrong where, in all of them.
    private(set) var coverage: [String: Int] = [:]
    /// The same in those runs that a kind of trouble had a part in.
    private var coverageByKind: [String: [String: Int]] = [:]
    private(set) var failed: [Failure] = []
    /// Why runs told nothing.
    private(set) var undecided: [String] = []

    init() {}

    init(json data: Data) throws {
        let printed = try JSONDecoder().decode(Printed.self, from: data)
        for entry in printed.runs { add(entry) }
        (failed, undecided) = (printed.failed, printed.undecided)
    }

    mutating func add(_ entry: Entry) {
        entries.append(entry)
        coverage.merge(entry.coverage, uniquingKeysWith: +)
        for kind in entry.kinds { coverageByKind[kind, default: [:]].merge(entry.coverage, uniquingKeysWith: +) }
    }

    /// What went wrong where, in runs that this kind of trouble had a part in: others may do the same, and not as thoroughly.
    func coverage(with kind: String) -> [String: Int] { coverageByKind[kind] ?? [:] }

    mutating func add(_ other: Tally) {
        for entry in other.entries { add(entry) }
        failed += other.failed
        undecided += other.undecided
    }

    /// How often it happened, wherever: what begins with these words.
    static func count(of beginning: String, in coverage: [String: Int]) -> Int {
        let words = "\(beginning) "
        return coverage.reduce(0) { $0 + ($1.key == beginning || $1.key.hasPrefix(words) ? $1.value : 0) }
    }

    /// Site by site what went wrong there, and how often in which program; and fault by fault how it ended.
    var lines: [String] { coverageTable + faultTable + together }

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
        // Alone each kind is counted for itself; what several kinds do together is another thing.
        let runs = Dictionary(grouping: entries) { $0.kinds.count == 1 ? $0.kinds[0] : "\($0.kinds.count) kinds together" }
        return Self.aligned(
            [["fault", "instances", "runs of it alone", "with violations", "events repeated"]]
                + Set(runs.keys).union(instances.keys).sorted().map { name in
                    let runs = runs[name] ?? []
                    return [
                        name, instances[name].map(String.init) ?? ".", "\(runs.count)", "\(runs.count(where: \.isBroken))",
                        "\(runs.reduce(0) { $0 + $1.repeated })",
                    ]
                })
    }

    /// What mixtures were worth.
    private var together: [String] {
        let mixed = entries.filter { $0.isDecided && $0.kinds.count > 1 }
        guard !mixed.isEmpty else { return [] }
        let (two, all) = (mixed.count { $0.kindsMet >= 2 }, mixed.count { $0.kindsMet == $0.kinds.count })
        return [
            "of \(mixed.count) judged runs of several kinds, \(two) met a working Tuesday with two of them or more, \(all) with all"
        ]
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
