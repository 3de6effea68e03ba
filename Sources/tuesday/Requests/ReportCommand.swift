import ArgumentParser
import Domain
import Store

/// `tuesday report`: the figures, and whether they are what the events say.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print figures per county, town, village or service.",
        discussion: "With --recompute, counts every event again; exit code 1 when a figure differs.")

    @Option(help: "county, town, village or service.")
    var by = "county"

    @Option(help: "A day by the county's clock, YYYY-MM-DD; all days unless given.")
    var day: String?

    @Flag(help: "Count every event again and print the figures that differ.")
    var recompute = false

    @Flag(help: "Print JSON.")
    var json = false

    private struct Line: Encodable {
        let county: String
        let code: String
        let name: String
        let figures: [String: Int64]
    }

    private struct Difference: Encodable {
        let table: String
        let key: String
        let measure: String
        let incremental: Int64
        let recomputed: Int64
    }

    func validate() throws {
        if ReportLevel(rawValue: by) == nil {
            throw ValidationError("--by must be county, town, village or service; found \"\(by)\"")
        }
        if let day, CivilDate(day) == nil { throw ValidationError("--day must be like 2026-11-24; found \"\(day)\"") }
    }

    func run() async throws {
        try await CommandOutput.withPool("report") { pool in
            if recompute {
                let found = try await StatisticsRecompute(pool: pool).recompute()
                try show(found)
                if !found.isEmpty { throw ExitCode(1) }
                let open = try await pool.withConnection { connection in
                    try await connection.query(
                        """
                        select count(*)
                        from tuesday.request r
                        left join tuesday.statistic_fold f on f.request_id = r.id
                        where f.last_seq is distinct from r.last_seq
                        """)
                }[0].int(0)
                if open > 0 {
                    // What was counted agrees; this is what was not, by lag or because a record is a dead letter.
                    CommandOutput.say(
                        "\(open) requests have events that are not counted yet; if that lasts, see `tuesday verify`.")
                    throw ExitCode(75)
                }
                return
            }
            let lines = try await ReportReader(pool: pool).report(
                ReportLevel(rawValue: by) ?? .county, day: day.flatMap { CivilDate($0) })
            try show(lines)
        }
    }

    private func show(_ lines: [ReportLine]) throws {
        if json {
            return try CommandOutput.printJSON(
                lines.map { line in
                    Line(
                        county: line.county, code: line.code, name: line.name,
                        figures: Dictionary(uniqueKeysWithValues: line.figures.named.map { ($0.name, $0.value) }))
                })
        }
        TextTable(
            [by, "name", "received", "assigned", "reassigned", "resolved", "outside", "declined", "breached", "waiting", "rating"],
            lines.map { line in
                let figures = line.figures
                let waiting = WaitingReason.allCases.reduce(0) { $0 + figures.waiting[$1] }
                // In hundredths, because `Foundation`'s formats depend on where they run.
                let rating = figures.rated == 0 ? 0 : figures.ratingSum * 100 / figures.rated
                let hundredths = rating % 100
                return [
                    line.code, line.name, "\(figures.received)", "\(figures.assigned)", "\(figures.reassigned)",
                    "\(figures.resolved)", "\(figures.resolvedOutside)", "\(figures.declined)",
                    "\(figures.breachedAcknowledge + figures.breachedResolve)", "\(waiting)",
                    figures.rated == 0 ? "-" : "\(rating / 100).\(hundredths < 10 ? "0" : "")\(hundredths)",
                ]
            }
        ).print()
    }

    private func show(_ differences: [FigureDifference]) throws {
        if json {
            try CommandOutput.printJSON(
                differences.map {
                    Difference(
                        table: $0.table, key: $0.key, measure: $0.measure, incremental: $0.incremental,
                        recomputed: $0.recomputed)
                })
        } else if !differences.isEmpty {
            TextTable(
                ["key", "measure", "incremental", "recomputed"],
                differences.map { [$0.key, $0.measure, "\($0.incremental)", "\($0.recomputed)"] }
            ).print()
        }
        CommandOutput.say(
            differences.isEmpty
                ? "Every figure is what the events say." : "\(differences.count) figures are not what the events say.")
    }
}
