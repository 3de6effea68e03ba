import Chance
import Foundation
import TestSupport

/// Lanes that hang.
extension Trouble {
    /// So long a lane may do nothing here. It is longer than a group needs to find together, which is no hang.
    private static let boundSeconds = 8
    private static let settings = ["TUESDAY_WATCHDOG_STALL_SECONDS": "\(boundSeconds)"]
    /// A hang is noticed after three times the bound at the latest: the watchdog looks twice in each, and what had nothing
    /// to do before has only just begun. Then others must have time to do what was left.
    private static let hangMilliseconds = (3 * boundSeconds + 22) * 1_000

    /// Lanes of two workers read some records and do nothing with them for a long time; then they go on.
    ///
    /// - Parameter isAlone: nothing else may keep the worker from noticing, nor others from going on.
    func hangLanes(isAlone: Bool, _ random: inout SeededRandom) async throws {
        try await inParallel(oneOfEach(&random).shuffled(using: &random).prefix(2), &random) { slot, random in
            try await self.hangLane(of: slot, isAlone: isAlone, &random)
        }
    }

    /// It counts when the worker said so wherever an operator looks, made its consumer anew, and the lane went on meanwhile,
    /// here or elsewhere.
    private func hangLane(of slot: WorkerSlot, isAlone: Bool, _ random: inout SeededRandom) async throws {
        guard !away.contains(slot.name) else { return }
        let chance = random.next()
        slot.set(Self.settings.mapValues { $0 })
        let started = slot.startedCount
        slot.signal(SIGKILL)
        // Where something else is wrong, nobody may be started.
        try? await eventually("\(slot.name) is started anew", within: .seconds(10)) { slot.startedCount > started }
        // Whoever is started from now on is as usual.
        slot.set(Self.settings.mapValues { _ in nil })
        guard slot.startedCount > started else { return }
        // A lane that is taken away before it is missed does not hang.
        _ = try await hasFound(Set(installation.slots(of: slot.program).map(\.name)), slot.program)
        let isHanging = try await arm(
            "records.read=delay~\(Self.hangMilliseconds)", in: slot, within: 10_000, again: 2_000
        ) {
            if slot.program == "tuesday-intake" { await sendRefusable(chance) }
        }
        guard isHanging, let process = slot.process else { return }
        let ends = ContinuousClock.now + .milliseconds(Self.hangMilliseconds)
        let before = try await lanes(of: slot.program)
        var (hung, isShown) = (Set<Int>(), false)
        while hung.isEmpty || !isShown, ContinuousClock.now < ends {
            try await sleep(200)
            let shown = await HTTP.readiness(slot.adminPort)?.text ?? ""
            isShown = isShown || !Evidence.hungPartitions(in: shown).isEmpty
            // A log that cannot be read says nothing.
            let log = (try? String(contentsOfFile: process.log, encoding: .utf8)) ?? ""
            hung = Evidence.hungPartitions(in: Evidence.remakings(in: log))
        }
        let isNoticed = isShown && !hung.isEmpty
        var isContinued = false
        while !isContinued, ContinuousClock.now < ends {
            try await sleep(200)
            let now = try await lanes(of: slot.program)
            isContinued = hung.allSatisfy { partition in
                guard let then = before[partition], let now = now[partition] else { return true }
                return now.epoch > then.epoch && now.nextOffset > then.nextOffset
            }
        }
        // Woken, it may do no harm, and what it left is done by others already.
        try await Task.sleep(until: ends + .seconds(1))
        if isNoticed, isContinued { return cover("lane-hung noticed \(slot.program)") }
        // It hangs no more that was taken away, or died.
        let isTaken = try await lanes(of: slot.program).contains { $1.epoch > before[$0]?.epoch ?? 0 }
        guard isAlone, process.ending == nil, isNoticed || !isTaken else { return }
        throw ScenarioFailure(
            isNoticed
                ? "I7: nobody has gone on where \(slot.name) hangs, at \(hung.sorted()) of its partitions"
                : "I8: a lane of \(slot.name) hangs, and \(isShown ? "its log" : "/readyz") does not say so")
    }

    /// By partition.
    private func lanes(of group: String) async throws -> [Int: (epoch: Int64, nextOffset: Int64)] {
        let rows = try await installation.ask { connection in
            try await connection.query(
                """
                select partition, epoch, next_offset
                from tuesday.lane
                where partition >= 0 and log_id = (select max(id) from tuesday.log) and consumer_group = $1
                """, [.text(group)]
            ).map { (Int(try $0.int32(0)), (try $0.int64(1), try $0.int64(2))) }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}
