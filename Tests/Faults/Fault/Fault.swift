import Chance

/// What can go wrong. The raw values are what the command line takes.
enum Fault: String, CaseIterable, Sendable {
    /// kill -9 at a failpoint, one process after the other.
    case killAtSite = "kill-at-site"
    /// kill -9 at any instant.
    case killAtRandom = "kill-at-random"
    /// kill -9 of every worker and every process of PostgreSQL at once, and again while they recover.
    case killAll = "kill-all"
    /// SIGSTOP for longer than the session lasts, then SIGCONT.
    case stop = "stop-and-continue"
    /// The same just before COMMIT, with the lane's lock held.
    case stopAtSite = "stop-at-site"
    /// SIGSTOP for some seconds at any failpoint, one after the other.
    case stopAtEverySite = "stop-at-every-site"
    /// One thread that stands still at a failpoint for a moment, one failpoint after the other.
    case delayAtSite = "delay-at-site"
    /// An answer that is cut off after its head, or a commit of offsets that is left out.
    case dropAtSite = "drop-at-site"
    /// A lane that has read records and does nothing with them, until its worker's watchdog notices.
    case laneHung = "lane-hung"
    /// A claim that is made only after another one.
    case claimDelayed = "claim-delayed"
    /// Fifty submissions at once under one key.
    case identical
    /// SIGTERM under load.
    case terminate
    /// A consumer that does not poll for so long that it is out of its group.
    case maxPollExceeded = "max-poll-exceeded"
    /// Many more submissions at once than intakes can take.
    case overload
    /// Members come and go.
    case rebalanceStorm = "rebalance-storm"
    /// An intake that dies with committed, unpublished messages and does not return.
    case intakeGone = "intake-gone"
    case commitLanded = "commit-landed"
    case commitUndone = "commit-undone"
    case commitLate = "commit-late"
    /// kill -9 of every process of PostgreSQL.
    case postgresKilled = "postgres-killed"
    case backendsTerminated = "backends-terminated"
    case postgresStalled = "postgres-stalled"
    case connectionsCut = "connections-cut"
    case rowsLocked = "rows-locked"
    case connectionsExhausted = "connections-exhausted"
    case brokersDown = "brokers-down"
    case leadersMoved = "leaders-moved"
    /// Written, and acknowledged after the producer has given up waiting.
    case unacknowledged = "produce-unacknowledged"
    /// A report that the producer never sees.
    case reportsDropped = "reports-dropped"
    case brokerErrors = "broker-errors"
    case kafkaStalled = "kafka-stalled"
    case kafkaCut = "kafka-cut"
    case kafkaDrips = "kafka-drips"
    case poison
    /// A record whose handler dies of it, whoever tries.
    case crashLoop = "crash-loop"
    /// Dead letters, replayed by two operators at once.
    case lettersReplayed = "letters-replayed"
    /// Every event again, in another order.
    case redelivery
    /// Records that were not read yet are gone, as a broker in memory drops them; an operator recovers the lanes.
    case truncated
    /// Topics that were deleted and made again in the same cluster; an operator recovers the lanes.
    case topicRecreated = "topic-recreated"
    /// Other brokers, with nothing on them; an operator rebuilds the topics, and gateways send again what nobody had read.
    case brokersReplaced = "brokers-replaced"
    /// Routers that decide on loads which are no longer true.
    case loadsOutdated = "loads-outdated"
    /// Supervisors who take a request from its owner at the same time.
    case supervisors
    /// Requests that close at the instant at which their promise is broken.
    case timerRaces = "close-against-timer"
    /// A follow-up that finds everything overdue when it starts.
    case overdueTimers = "overdue-timers"
    /// A worker whose own clock jumps.
    case clockJumped = "clock-jumped"
    /// No space left for PostgreSQL.
    case diskFull = "disk-full"
    /// Nothing: what is checked must hold on a quiet day too.
    case none

    /// Two to four kinds that go together.
    static func mixture(_ random: inout SeededRandom) -> [Fault] {
        let (kinds, count) = (mixable.shuffled(using: &random), random.between(2, 4))
        return kinds.reduce(into: []) { chosen, fault in
            if chosen.count < count, chosen.allSatisfy(fault.goes) { chosen.append(fault) }
        }
    }

    static let mixable = allCases.filter { !$0.isForItself }

    private var isForItself: Bool {
        switch self {
        // Whoever dies of something else dies with a record in hand as well, and nobody can tell.
        case .crashLoop: true
        // What an intake holds in memory and how many it sends away is measured.
        case .overload: true
        // Nobody may fall behind while the promises are made, and what is overdue then takes minutes.
        case .overdueTimers: true
        // It needs a disk of its own, and a server that has died there does not come back before the disk is emptied.
        case .diskFull: true
        case .none: true
        default: false
        }
    }

    /// Lanes stand still until an operator has put them back.
    private var losesRecords: Bool { [.truncated, .topicRecreated, .brokersReplaced].contains(self) }

    /// Neither starts nor ends a worker, nor waits for lanes to go on, nor needs the brokers.
    private var leavesWorkersAlone: Bool {
        switch self {
        case .commitLanded, .commitUndone, .commitLate, .postgresKilled, .backendsTerminated, .postgresStalled, .connectionsCut,
            .rowsLocked, .connectionsExhausted, .identical, .supervisors, .loadsOutdated:
            true
        default: false
        }
    }

    private func goes(with other: Fault) -> Bool {
        (!losesRecords || other.leavesWorkersAlone) && (!other.losesRecords || leavesWorkersAlone)
            && !showsAlso(other) && !other.showsAlso(self)
    }

    /// Whether clients stop while it still goes on, because it takes minutes.
    var isLong: Bool { self == .crashLoop || self == .overdueTimers }

    /// What is missing on this machine; nil when it can be made to happen.
    var obstacle: String? {
        switch self {
        case .clockJumped where FalseClock.library == nil: "libfaketime is missing: apt-get install faketime"
        case .diskFull where !SmallDisk.isPossible: "a small disk cannot be mounted here"
        default: nil
        }
    }
}
