import Workflow

/// What an import of requests tells at its end.
struct ImportRequestsSummary: Encodable {
    struct Service: Encodable {
        let service: String
        let count: Int
    }

    let dryRun: Bool
    /// Rows of all files.
    var read = 0
    /// Rows without a bad cell.
    var valid = 0
    var badCells = 0
    var accepted = 0
    var repeated = 0
    /// Places of rows whose source id has another content in the database.
    var conflicts: [String] = []
    var resolved = 0
    var breached = 0
    /// Most frequent first; of the accepted, or of the valid in a dry run.
    var services: [Service] = []
    /// From the first batch to the last commit.
    var seconds = 0.0
    /// Events that Kafka did not take; the workers publish them.
    var unpublishedCount: Int64 = 0

    private enum CodingKeys: String, CodingKey {
        case dryRun = "dry_run"
        case read, valid
        case badCells = "bad_cells"
        case accepted, repeated, conflicts, resolved, breached, services, seconds
        case unpublishedCount = "unpublished_events"
    }

    var conflictCount: Int { conflicts.count }
    private var byService: [String: Int] = [:]

    init(dryRun: Bool) {
        self.dryRun = dryRun
    }

    mutating func read(_ sheet: RequestSheet) {
        read += sheet.rowCount
        valid += sheet.rows.count
        badCells += sheet.problems.count
        guard dryRun else { return }
        for row in sheet.rows {
            byService[row.submission.submission.service, default: 0] += 1
            if row.submission.history?.resolvedAt != nil { resolved += 1 }
            if row.submission.history?.isBreached == true { breached += 1 }
        }
        services = Self.ordered(byService)
    }

    mutating func stored(_ tally: RequestImportTally) {
        accepted = tally.acceptedCount
        repeated = tally.repeatedCount
        conflicts = tally.conflicts.map { "\($0.file):\($0.line)" }
        resolved = tally.resolvedCount
        breached = tally.breachedCount
        services = Self.ordered(tally.acceptedByService)
    }

    private static func ordered(_ counts: [String: Int]) -> [Service] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { Service(service: $0.key, count: $0.value) }
    }

    func tell(json: Bool) throws {
        if json {
            try CommandOutput.printJSON(self)
        } else {
            TextTable(
                ["rows", "valid", "accepted", "repeated", "conflicts", "resolved", "breached"],
                [[read, valid, accepted, repeated, conflictCount, resolved, breached].map(String.init)]
            ).print()
            if !services.isEmpty {
                print("")
                TextTable(["service", "requests"], services.prefix(10).map { [$0.service, "\($0.count)"] }).print()
            }
        }
        for place in conflicts {
            CommandOutput.say("\(place): its source_id was accepted before with another content; left out")
        }
        if badCells > 0 { CommandOutput.say("Left out for bad cells (\(badCells)): rows (\(read - valid)).") }
        if dryRun { return CommandOutput.say("Dry run, nothing was changed.") }
        if unpublishedCount > 0 {
            CommandOutput.say(
                "All is stored. Kafka did not take \(unpublishedCount) events: a worker publishes them when Kafka answers.")
        }
    }
}

/// How far an import of requests is: drawn over on a terminal, a line every ten seconds elsewhere.
struct ImportRequestsProgress {
    private let total: Int
    private let clock = ContinuousClock()
    private let startedAt: ContinuousClock.Instant
    private var saidAt: ContinuousClock.Instant

    init(total: Int) {
        self.total = total
        startedAt = clock.now
        saidAt = startedAt
    }

    mutating func show(_ done: Int) {
        let seconds = Self.seconds(clock.now - startedAt)
        let rate = seconds > 0 ? Double(done) / seconds : 0
        let left = rate > 0 ? Int((Double(total - done) / rate).rounded(.up)) : 0
        let text = "\(done) of \(total) requests, \(Int(rate)) a second, \(left) s left"
        if Console.standard.isTerminal {
            Console.standard.progress(text)
        } else if clock.now - saidAt >= .seconds(10) {
            Console.standard.say(text)
            saidAt = clock.now
        }
    }

    /// Seconds since the beginning.
    func end() -> Double {
        let seconds = Self.seconds(clock.now - startedAt)
        Console.standard.progress("")
        let rate = seconds > 0 ? Int(Double(total) / seconds) : 0
        let hundredths = Int(seconds * 100)
        Console.standard.say(
            "\(total) requests in \(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s, \(rate) a second")
        return seconds
    }

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}
