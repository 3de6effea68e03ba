import Chance
import Foundation
import Synchronization
import TestSupport

/// Makes what goes wrong go wrong, in one installation.
final class Trouble: Sendable {
    let installation: Installation
    let history: History
    /// How many promises ``Fault/overdueTimers`` breaks.
    let overdue: Int
    /// A mistake that all workers make all the time.
    let planted: String?
    /// Slots that stay empty until the run is over.
    private let gone = Mutex<Set<String>>([])
    /// Where lanes stood when records were gone that they had not read, and in which run.
    let missed = Mutex<(lanes: [LaneMiss], turn: UInt64)>(([], 0))
    private let covered: Coverage
    private let counted = Mutex<[String: Int]>([:])
    let orders: BrokerOrders

    /// How often what went wrong where.
    private final class Coverage: Sendable {
        let counts = Mutex<[String: Int]>([:])
        func add(_ what: String, _ count: Int) { counts.withLock { if count > 0 { $0[what, default: 0] += count } } }
    }

    init(_ installation: Installation, _ history: History, planted: String?, overdue: Int) {
        let covered = Coverage()
        self.covered = covered
        orders = BrokerOrders { covered.add($0, 1) }
        self.installation = installation
        self.history = history
        self.planted = planted
        self.overdue = overdue
    }

    /// How often what went wrong where: `kill-at-site transaction.begun tuesday-router`.
    var coverage: [String: Int] { covered.counts.withLock { $0 } }

    /// - Parameter isAlone: nothing else goes wrong in the run.
    func act(_ act: RunPlan.Act, isAlone: Bool) async throws {
        var random = SeededRandom(seed: act.seed)
        let fault = act.fault
        switch fault {
        case .none: break
        case .stopAtSite: try await stopAtSites(expectingHeirs: isAlone, &random)
        case .stopAtEverySite: try await lingerAtSites(.stop, turn: act.turn, &random)
        case .delayAtSite: try await lingerAtSites(.delay, turn: act.turn, &random)
        case .dropAtSite: try await dropAtSites(&random)
        case .laneHung: try await hangLanes(isAlone: isAlone, &random)
        case .killAtSite, .killAtRandom, .killAll, .stop, .terminate, .rebalanceStorm, .intakeGone, .claimDelayed,
            .clockJumped, .loadsOutdated, .maxPollExceeded:
            try await actOnProcesses(fault, isAlone: isAlone, &random)
        case .commitLanded: try await lose(.landed, &random)
        case .commitUndone: try await lose(.undone, &random)
        case .commitLate: try await lose(.late, &random)
        case .poison: try await poison(&random)
        case .identical: try await submitIdentical(&random)
        case .overload: try await overload(&random)
        case .redelivery: try await redeliver(&random)
        case .truncated: try await truncate(turn: act.turn, &random)
        case .crashLoop: try await killHandlers(&random)
        case .lettersReplayed: try await replayLetters(turn: act.turn, isAlone: isAlone, &random)
        case .topicRecreated, .brokersReplaced: try await replaceBrokers(fault, turn: act.turn, isAlone: isAlone, &random)
        case .supervisors: try await handOverAtOnce(&random)
        case .timerRaces: try await raceTimers(&random)
        case .overdueTimers: try await breakPromises(&random)
        case .postgresKilled, .backendsTerminated, .postgresStalled, .connectionsCut, .rowsLocked, .connectionsExhausted,
            .diskFull:
            try await actOnDatabase(fault, &random)
        case .brokerErrors: try await answerWithErrors(turn: act.turn, isAlone: isAlone, &random)
        case .unacknowledged: try await delayAcknowledgements(isAlone: isAlone, &random)
        case .brokersDown, .leadersMoved, .reportsDropped, .kafkaStalled, .kafkaCut, .kafkaDrips:
            try await actOnBrokers(fault, &random)
        }
    }

    /// Loses some COMMITs, or the answers to them.
    private func lose(_ kind: PostgresProxy.CommitLoss, _ random: inout SeededRandom) async throws {
        for _ in 0..<random.between(10, 20) {
            let slot = slot(&random)
            slot.proxy.lose(
                kind, countdown: random.between(1, 3), lateMilliseconds: random.between(50, 1_500))
            try await sleep(random.between(100, 400))
        }
    }

    /// Nothing goes wrong any more, except that who is gone stays away.
    func heal() async throws {
        collectDeeds()
        try await orders.settle(in: installation)
        let away = away
        try await installation.heal(planted: planted, without: away)
        // Whoever was just being started when it was sent away.
        for slot in installation.slots where away.contains(slot.name) { slot.signal(SIGKILL) }
        try await recoverLanes()
    }

    /// Who is there although it was sent away.
    var returned: [String] {
        let away = away
        return installation.slots.filter { away.contains($0.name) && $0.isRunning }.map(\.name)
    }

    /// Whoever was gone may come back.
    func forgive() {
        gone.withLock { $0 = [] }
        for slot in installation.slots { slot.want(true) }
    }

    /// They stay away until the run is over.
    func sendAway(_ slot: WorkerSlot) {
        gone.withLock { gone in
            gone.insert(slot.name)
            slot.want(false)
        }
    }

    /// There is to be a process again, unless it was sent away.
    func bringBack(_ slot: WorkerSlot) {
        gone.withLock { gone in if !gone.contains(slot.name) { slot.want(true) } }
    }

    /// Those who were sent away.
    var away: Set<String> { gone.withLock { $0 } }

    /// Counts what is shown to have happened.
    func cover(_ what: String, _ count: Int = 1) { covered.add(what, count) }

    func slot(_ random: inout SeededRandom) -> WorkerSlot { installation.slots[random.below(installation.slots.count)] }

    func sleep(_ milliseconds: Int) async throws { try await Task.sleep(for: .milliseconds(milliseconds)) }

    /// What the failpoints did since the last look.
    func collectDeeds() {
        for slot in installation.slots {
            let deeds = slot.page.deeds
            let known = counted.withLock { counted in
                defer { counted[slot.name] = deeds.count }
                return counted[slot.name] ?? 0
            }
            for deed in deeds.dropFirst(known) {
                let words = deed.split(separator: " ")
                guard words.count == 2 else { continue }
                cover("\(words[1].split(separator: "~")[0])-at-site \(words[0]) \(slot.program)")
            }
            for loss in newLosses(slot) {
                cover("commit-\(loss.kind.rawValue) \(loss.hasLanded ? "landed" : "undone") \(slot.program)")
            }
        }
    }

    private let lossesCounted = Mutex<[String: Int]>([:])

    private func newLosses(_ slot: WorkerSlot) -> ArraySlice<PostgresProxy.LostCommit> {
        let losses = slot.proxy.losses
        return lossesCounted.withLock { counted in
            defer { counted[slot.name] = losses.count }
            return losses.dropFirst(counted[slot.name] ?? 0)
        }
    }
}
