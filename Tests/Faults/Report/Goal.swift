/// How much of one kind of trouble a whole campaign must show.
struct Goal: Sendable {
    enum Measure: Sendable {
        /// Seeds with this trouble and no other.
        case runs
        /// What coverage counts under each of these beginnings, up to so many times each.
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
        case .runs: "\(kinds): runs"
        case .each(let beginnings, _) where beginnings.count == 1: kinds
        case .each(let beginnings, let times): "\(kinds): \(beginnings.count) kinds, \(times) each"
        }
    }

    /// How much of ``wanted`` there is.
    func reached(in tally: Tally) -> Int {
        switch measure {
        case .runs:
            let names = faults.isEmpty ? (2...4).map(Tally.together) : [faults.map(\.rawValue).joined()]
            return names.reduce(0) { $0 + (tally.faults[$1]?.runs ?? 0) }
        case .each(let beginnings, let times):
            return beginnings.reduce(0) { sum, beginning in
                let counts = tally.coverage.filter { "\($0.key) ".hasPrefix("\(beginning) ") }.values
                return sum + min(times, counts.reduce(0, +))
            }
        }
    }

    /// The long ones first: others fill the time while they take theirs.
    static let all: [Goal] = [
        .runs(5, of: .crashLoop, seeds: 1), .instances(100_000, of: .overdueTimers, seeds: 1, "--overdue", "100000"),
        .runs(200), .instances(20, of: .brokerErrors, each: BrokerError.all.map(\.words)),
        .instances(2_000, of: .killAtSite),
        .instances(
            5, of: .killAtSite,
            each: Installation.programs.flatMap { program in Sites.of(program).map { "\($0) \(program)" } }),
        .runs(30, of: .rebalanceStorm, seeds: 3),
        .instances(5, of: .rebalanceStorm, each: (1...6).map { "\($0)-members" }, seeds: 3),
        .instances(500, of: .killAtRandom), .instances(50, of: .killAll), .instances(100, of: .stop),
        .instances(100, of: .stopAtSite, each: ["transaction.before-commit"]),
        .instances(20, of: .stopAtSite, each: ["taken-over"]),
        .instances(20, of: .claimDelayed), .instances(50, of: .intakeGone), .instances(50, of: .terminate),
        .instances(20, of: .maxPollExceeded), .instances(20, of: .clockJumped),
        .instances(200, of: .postgresKilled), .instances(200, of: .backendsTerminated),
        .instances(200, of: .commitLanded), .instances(100, of: .commitUndone), .instances(100, of: .commitLate),
        .instances(20, of: .postgresStalled), .instances(20, of: .rowsLocked), .instances(20, of: .connectionsExhausted),
        .instances(50, of: .connectionsCut), .runs(5, of: .diskFull, seeds: 3),
        .instances(100, of: .brokersDown), .instances(100, of: .leadersMoved), .instances(100, of: .unacknowledged),
        .instances(50, of: .reportsDropped, countedAs: "drop-at-site"), .instances(20, of: .kafkaStalled), .instances(50, of: .kafkaCut),
        .instances(20, of: .kafkaDrips),
        .runs(10, of: .truncated, seeds: 3), .runs(10, of: .topicRecreated, seeds: 3),
        .runs(10, of: .brokersReplaced, seeds: 3), .instances(4, of: .topicRecreated, each: ["at-work"], seeds: 3),
        .instances(4, of: .brokersReplaced, each: ["at-work"], seeds: 3), .runs(10, of: .redelivery, seeds: 3),
        .instances(200, of: .identical), .instances(200, of: .poison), .runs(20, of: .lettersReplayed),
        .instances(20, of: .lettersReplayed, countedAs: "tool-killed"),
        .instances(1_000, of: .timerRaces, each: ["timer-first", "close-first"]),
        .instances(100, of: .supervisors), .runs(10, of: .loadsOutdated),
        .runs(5, of: .overload), .runs(10, of: .none),
        // Where one run has many instances, that they are many must not mean that the runs are few.
        .runs(10, of: .unacknowledged), .runs(10, of: .poison), .runs(10, of: .supervisors), .runs(10, of: .timerRaces),
        .runs(10, of: .connectionsExhausted), .runs(10, of: .backendsTerminated), .runs(10, of: .commitLanded),
        .runs(10, of: .leadersMoved), .runs(10, of: .clockJumped), .runs(10, of: .postgresKilled), .runs(10, of: .identical),
    ]
}
