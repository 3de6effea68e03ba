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
    /// Where lanes stood when records were gone that they had not read.
    let missed = Mutex<[LaneMiss]>([])
    private let covered = Mutex<[String: Int]>([:])
    private let counted = Mutex<[String: Int]>([:])

    init(_ installation: Installation, _ history: History, planted: String?, overdue: Int) {
        self.installation = installation
        self.history = history
        self.planted = planted
        self.overdue = overdue
    }

    /// How often what went wrong where: `kill-at-site transaction.begun tuesday-router`.
    var coverage: [String: Int] { covered.withLock { $0 } }

    func act(_ fault: Fault, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        switch fault {
        case .none: break
        case .killAtSite, .killAtRandom, .killAll, .stop, .stopAtSite, .terminate, .rebalanceStorm, .intakeGone, .claimDelayed,
            .clockJumped, .loadsOutdated, .maxPollExceeded:
            try await actOnProcesses(fault, &random)
        case .commitLanded: try await lose(.landed, &random)
        case .commitUndone: try await lose(.undone, &random)
        case .commitLate: try await lose(.late, &random)
        case .poison: try await poison(&random)
        case .identical: try await submitIdentical(&random)
        case .overload: try await overload(&random)
        case .redelivery: try await redeliver(&random)
        case .truncated: try await truncate(&random)
        case .crashLoop: try await killHandlers(&random)
        case .lettersReplayed: try await replayLetters(&random)
        case .topicRecreated, .brokersReplaced: try await replaceBrokers(fault)
        case .supervisors: try await handOverAtOnce()
        case .timerRaces: try await raceTimers(&random)
        case .overdueTimers: try await breakPromises(&random)
        case .postgresKilled, .backendsTerminated, .postgresStalled, .connectionsCut, .rowsLocked, .connectionsExhausted,
            .diskFull:
            try await actOnDatabase(fault, &random)
        case .brokersDown, .leadersMoved, .unacknowledged, .reportsDropped, .brokerErrors, .kafkaStalled, .kafkaCut,
            .kafkaDrips:
            try await actOnBrokers(fault, &random)
        }
    }

    /// Loses some COMMITs, or the answers to them.
    private func lose(_ kind: PostgresProxy.CommitLoss, _ random: inout SeededRandom) async throws {
        for _ in 0..<random.between(10, 20) {
            let slot = slot(&random)
            slot.proxy.lose(kind, countdown: random.between(1, 3))
            try await sleep(random.between(100, 400))
        }
    }

    /// Nothing goes wrong any more, except that who is gone stays away.
    func heal() async throws {
        collectDeeds()
        try await installation.heal(planted: planted)
        try await recoverLanes()
        let away = gone.withLock { $0 }
        for slot in installation.slots where away.contains(slot.name) {
            slot.want(false)
            slot.signal(SIGKILL)
        }
    }

    /// Whoever was gone may come back.
    func forgive() {
        gone.withLock { $0 = [] }
        for slot in installation.slots { slot.want(true) }
    }

    /// They stay away until the run is over.
    func sendAway(_ slot: WorkerSlot) {
        _ = gone.withLock { $0.insert(slot.name) }
        slot.want(false)
    }

    func cover(_ what: String, _ count: Int = 1) { covered.withLock { $0[what, default: 0] += count } }

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
            for loss in slot.proxy.losses.dropFirst(lossesKnown(slot)) {
                cover("commit-\(loss.rawValue) COMMIT \(slot.program)")
            }
        }
    }

    private let lossesCounted = Mutex<[String: Int]>([:])

    private func lossesKnown(_ slot: WorkerSlot) -> Int {
        let count = slot.proxy.losses.count
        return lossesCounted.withLock { counted in
            defer { counted[slot.name] = count }
            return counted[slot.name] ?? 0
        }
    }
}
