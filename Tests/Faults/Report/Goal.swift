/// How much of one kind of trouble a whole campaign must show.
struct Goal: Sendable {
    enum Measure: Sendable {
        /// Runs with this trouble and no other, in which it was met; of a mixture, in which two of its kinds were.
        case runs
        /// What coverage counts under each of these beginnings in runs with this trouble, up to so many times each.
        case each([String], times: Int)
    }

    /// None: a mixture of two to four kinds by chance.
    let faults: [Fault]
    let measure: Measure
    let wanted: Int
    /// Seeds that one campaign runs before it is asked how far it got.
    let seeds: Int
    /// What a campaign is told besides.
    let options: [String]

    private init(_ faults: [Fault], _ measure: Measure, wanted: Int, seeds: Int, _ options: [String]) {
        (self.faults, self.measure, self.wanted, self.seeds, self.options) = (faults, measure, wanted, seeds, options)
    }

    static func runs(_ wanted: Int, of faults: Fault..., seeds: Int = 6) -> Goal {
        Goal(faults, .runs, wanted: wanted, seeds: min(seeds, wanted), [])
    }

    /// - Parameters:
    ///   - name: what coverage calls it, where that is not the fault's name.
    ///   - details: what coverage counts apart; none: all of it together.
    static func instances(
        _ times: Int, of fault: Fault, countedAs name: String? = nil, each details: [String] = [], seeds: Int = 6,
        _ options: String...
    ) -> Goal {
        let name = name ?? fault.rawValue
        let beginnings = details.isEmpty ? [name] : details.map { "\(name) \($0)" }
        return Goal([fault], .each(beginnings, times: times), wanted: times * beginnings.count, seeds: seeds, options)
    }

    var name: String {
        let kinds = faults.isEmpty ? "two to four kinds" : faults.map(\.rawValue).joined(separator: ", ")
        return switch measure {
        case .runs: kinds
        case .each(let beginnings, _) where beginnings == [kinds]: kinds
        case .each(let beginnings, _) where beginnings.count <= 3:
            "\(kinds): \(beginnings.map { $0.replacing("\(kinds) ", with: "", maxReplacements: 1) }.joined(separator: ", "))"
        case .each(let beginnings, _): "\(kinds): \(beginnings.count) kinds"
        }
    }

    /// ``wanted`` in words.
    var want: String {
        switch measure {
        case .runs: "\(wanted) runs"
        case .each(let beginnings, let times): "\(times) instances\(beginnings.count == 1 ? "" : " each")"
        }
    }

    /// How much of ``wanted`` there is.
    func reached(in tally: Tally) -> Int {
        switch measure {
        case .runs: tally.entries.count(where: doesCount)
        case .each(let beginnings, let times):
            faults.map(\.rawValue).reduce(0) { sum, kind in
                let coverage = tally.coverage(with: kind)
                return beginnings.reduce(sum) { $0 + min(times, Tally.count(of: $1, in: coverage)) }
            }
        }
    }

    /// All that there is: instances, and the runs that met them.
    func shown(in tally: Tally) -> (instances: Int, runs: Int) {
        tally.entries.reduce(into: (0, 0)) { shown, run in
            let count = instances(in: run)
            shown.0 += count
            switch measure {
            case .runs: if doesCount(run) { shown.1 += 1 }
            case .each: if count > 0 { shown.1 += 1 }
            }
        }
    }

    private func instances(in run: Tally.Entry) -> Int {
        switch measure {
        case .runs: doesCount(run) ? run.kinds.reduce(0) { $0 + run.count(of: $1) } : 0
        case .each(let beginnings, _):
            faults.contains { run.kinds.contains($0.rawValue) }
                ? beginnings.reduce(0) { $0 + Tally.count(of: $1, in: run.coverage) } : 0
        }
    }

    private func doesCount(_ run: Tally.Entry) -> Bool {
        run.isDecided && isFor(run) && run.kindsMet >= (faults.isEmpty ? 2 : run.kinds.count)
    }

    /// Whether a campaign for this goal has such runs.
    func isFor(_ run: Tally.Entry) -> Bool {
        faults.isEmpty ? run.kinds.count > 1 : Set(run.kinds) == Set(faults.map(\.rawValue))
    }

    /// Whether campaigns for it take so long that others should fill the time meanwhile.
    var isLong: Bool { faults.contains(where: \.isLong) }

    static let all: [Goal] = [
        // Who dies, and who stands still.
        .instances(50, of: .intakeGone, seeds: 10), .instances(20, of: .claimDelayed),
        .instances(2_000, of: .killAtSite, seeds: 10),
        .instances(3, of: .killAtSite, each: Sites.byProgram),
        .instances(1, of: .stopAtEverySite, countedAs: "stop-at-site", each: Sites.byProgram),
        .instances(2, of: .delayAtSite, each: Sites.byProgram), .instances(20, of: .dropAtSite, each: Trouble.dropped),
        .instances(10, of: .laneHung, seeds: 2),
        .instances(500, of: .killAtRandom, seeds: 10), .instances(50, of: .killAll, seeds: 10),
        .instances(50, of: .stop),
        .instances(100, of: .stopAtSite, each: ["outlasted:transaction.before-commit"], seeds: 10),
        .instances(20, of: .stopAtSite, each: ["taken-over"]), .instances(50, of: .terminate),
        .runs(30, of: .rebalanceStorm, seeds: 3),
        .instances(5, of: .rebalanceStorm, each: (1...6).map { "\($0)-members" }, seeds: 3),
        .instances(20, of: .maxPollExceeded), .instances(20, of: .clockJumped), .runs(10, of: .clockJumped),
        // PostgreSQL.
        .instances(200, of: .postgresKilled), .runs(10, of: .postgresKilled),
        .instances(100, of: .backendsTerminated, each: ["cancelled", "terminated"]), .runs(10, of: .backendsTerminated),
        .instances(200, of: .commitLanded, each: ["landed"]), .runs(10, of: .commitLanded),
        .instances(100, of: .commitUndone, each: ["undone"]), .instances(100, of: .commitLate),
        .instances(50, of: .postgresStalled), .instances(50, of: .rowsLocked),
        .instances(10, of: .rowsLocked, each: ["lane", "request", "cadre_load"]),
        .instances(50, of: .connectionsExhausted, seeds: 10),
        .instances(50, of: .connectionsCut), .runs(5, of: .diskFull, seeds: 3),
        // The brokers.
        .instances(100, of: .brokersDown), .instances(50, of: .leadersMoved, each: ["leader", "coordinator"]),
        .runs(10, of: .leadersMoved), .instances(100, of: .unacknowledged), .runs(10, of: .unacknowledged),
        .instances(20, of: .brokerErrors, each: BrokerError.all.map(\.words), seeds: 10),
        .instances(25, of: .reportsDropped, countedAs: "drop-at-site", each: ["produce.before", "produce.reported"]),
        .instances(20, of: .kafkaStalled), .instances(50, of: .kafkaCut),
        .instances(20, of: .kafkaDrips),
        // Records that are gone, and records that come again. Retention and full brokers are the same to who reads.
        .runs(15, of: .truncated, seeds: 3), .runs(10, of: .topicRecreated, seeds: 3),
        .instances(3, of: .topicRecreated, each: ["at-work", "grown"], seeds: 3), .runs(10, of: .brokersReplaced, seeds: 3),
        .instances(4, of: .brokersReplaced, each: ["at-work"], seeds: 3), .runs(10, of: .redelivery, seeds: 3),
        // Records that nobody can read.
        .instances(20, of: .poison, each: PoisonRecord.details), .runs(10, of: .poison), .runs(5, of: .crashLoop, seeds: 1),
        .instances(200, of: .crashLoop, each: ["deaths"], seeds: 1),
        .runs(20, of: .lettersReplayed),
        .instances(
            2, of: .lettersReplayed, countedAs: "tool-killed", each: Sites.byVerb("deadletters-replay", "deadletters-discard")),
        .instances(5, of: .lettersReplayed, countedAs: "tool-unanswered", each: ["landed", "undone"]),
        .instances(1, of: .brokersReplaced, countedAs: "tool-killed", each: Sites.byVerb("topics-rebuild"), seeds: 3),
        .instances(2, of: .brokersReplaced, countedAs: "tool-unanswered", each: ["landed", "undone"], seeds: 3),
        .instances(1, of: .topicRecreated, countedAs: "tool-killed", each: Sites.byVerb("lanes-recover"), seeds: 3),
        .instances(2, of: .topicRecreated, countedAs: "tool-unanswered", each: ["landed", "undone"], seeds: 3),
        // People and promises.
        .instances(200, of: .identical, each: ["two-contents"]), .instances(20, of: .identical, each: ["one-content"]),
        .runs(10, of: .identical), .instances(1_000, of: .timerRaces, each: ["timer-first", "close-first"]),
        .runs(10, of: .timerRaces), .instances(100, of: .supervisors), .runs(10, of: .supervisors),
        .runs(10, of: .loadsOutdated), .instances(100_000, of: .overdueTimers, seeds: 1, "--overdue", "100000"),
        .runs(5, of: .overload),
        // Several kinds at once, and nothing at all.
        .runs(200, seeds: 10), .runs(10, of: .none, seeds: 10),
    ]
}
