import Foundation

/// One thing measured, once a run.
struct Figure: Sendable {
    /// With its unit, as programs read it: `requests_per_second`.
    let name: String
    /// As people read it.
    let title: String
    let decimals: Int
    var values: [Double] = []

    var spread: Spread { Spread(values) }

    func text(_ value: Double) -> String { BenchReport.number(value, decimals) }
}

/// Least, middle and most of some values; the middle of an even number is the mean of the two in the middle.
struct Spread: Sendable, Hashable, Encodable {
    let least: Double
    let median: Double
    let most: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        least = sorted.first ?? 0
        most = sorted.last ?? 0
        let middle = sorted.count / 2
        if sorted.isEmpty { median = 0 } else if sorted.count % 2 == 1 { median = sorted[middle] } else {
            median = (sorted[middle - 1] + sorted[middle]) / 2
        }
    }
}

/// What a measurement tells: figures over its repeats, in the order in which they were first added.
struct BenchReport: Sendable {
    let bench: String
    var settings: [(name: String, value: String)]
    private(set) var figures: [Figure] = []
    /// For people only.
    var plots: [TerminalPlot] = []
    /// What must be known to read the figures rightly.
    var notes: [String] = []

    init(_ bench: String, settings: [(name: String, value: String)] = []) {
        self.bench = bench
        self.settings = settings
    }

    /// Adds one run's value.
    mutating func add(_ name: String, _ title: String, _ value: Double, decimals: Int = 1) {
        if let index = figures.firstIndex(where: { $0.name == name }) {
            figures[index].values.append(value)
        } else {
            figures.append(Figure(name: name, title: title, decimals: decimals, values: [value]))
        }
    }

    /// With so many digits after the point.
    static func number(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }

    /// The table to stdout, or the JSON object alone; the rest to stderr.
    func print(asJSON: Bool, console: Console = .standard) throws {
        if asJSON { return try TextTable.printJSON(JSON(self)) }
        for plot in plots { console.say(plot.text) }
        Swift.print("\(bench): " + settings.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
        Swift.print(table.text, terminator: "")
        for note in notes { Swift.print(note) }
    }

    var table: TextTable {
        let columns = figures.map { figure in
            let spread = figure.spread
            return [figure.text(spread.median), figure.text(spread.least), figure.text(spread.most)]
        }
        let widths = (0..<3).map { column in columns.map { $0[column].count }.max() ?? 0 }
        let rows = zip(figures, columns).map { figure, cells in
            [figure.title]
                + zip(cells, widths).map { cell, width in String(repeating: " ", count: width - cell.count) + cell }
        }
        return TextTable(["", "median", "least", "most"], rows)
    }

    private struct JSON: Encodable {
        struct Runs: Encodable {
            let median: Double
            let least: Double
            let most: Double
            let runs: [Double]
        }

        let bench: String
        let settings: [String: String]
        let figures: [String: Runs]
        let notes: [String]

        init(_ report: BenchReport) {
            bench = report.bench
            settings = Dictionary(report.settings.map { ($0.name, $0.value) }) { _, later in later }
            figures = Dictionary(
                uniqueKeysWithValues: report.figures.map { figure in
                    let spread = figure.spread
                    return (
                        figure.name,
                        Runs(median: spread.median, least: spread.least, most: spread.most, runs: figure.values)
                    )
                })
            notes = report.notes
        }
    }
}
