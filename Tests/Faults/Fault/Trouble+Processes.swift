import Chance
import Foundation
import TestSupport

/// Trouble with the workers themselves.
extension Trouble {
    func actOnProcesses(_ fault: Fault, isAlone: Bool, _ random: inout SeededRandom) async throws {
        switch fault {
        case .killAtSite: try await killAtSites(&random)
        case .killAtRandom:
            for _ in 0..<random.between(8, 14) {
                let slot = slot(&random)
                if slot.signal(SIGKILL) { cover("\(fault.rawValue) - \(slot.program)") }
                try await sleep(random.between(100, 900))
            }
        case .killAll:
            for _ in 0..<2 {
                try await killEverythingAgain(&random)
                try await sleep(random.between(1_500, 4_000))
            }
        case .stop:
            try await inParallel(installation.slots.shuffled(using: &random).prefix(3), &random) { slot, random in
                let process = slot.process
                guard slot.signal(SIGSTOP) else { return }
                defer { slot.signal(SIGCONT) }
                try await self.sleep(Installation.sessionMilliseconds + random.between(200, 4_500))
                // Unless something else killed it, or let it continue.
                if process?.isStopped == true { self.cover("\(fault.rawValue) - \(slot.program)") }
            }
        case .terminate:
            try await inParallel(oneOfEach(&random), &random) { slot, random in
                try await self.sleep(random.between(0, 2_000))
                try await self.terminate(slot, isAlone: isAlone)
            }
        case .maxPollExceeded:
            try await inParallel(oneOfEach(&random).shuffled(using: &random).prefix(2), &random) { slot, random in
                try await self.neglectPolling(slot, &random)
            }
        case .rebalanceStorm: try await changeMembers(&random)
        case .intakeGone:
            // One of them goes on.
            for slot in installation.slots(of: "tuesday-intake").shuffled(using: &random).dropFirst() {
                sendAway(slot)
                let isLeavingMessages = try await arm("produce.before=kill@1", in: slot, within: 1_500)
                slot.signal(SIGKILL)
                if isLeavingMessages { cover("\(fault.rawValue) - tuesday-intake") }
            }
        case .claimDelayed:
            try await inParallel(oneOfEach(&random), &random) { slot, random in
                try await self.delayClaim(of: slot, &random)
            }
        case .clockJumped: try await falsifyClock(isAlone: isAlone, &random)
        case .loadsOutdated:
            for _ in 0..<12 {
                for slot in installation.slots(of: "tuesday-router") {
                    slot.arm("route.placements-written=delay~\(random.between(80, 400))@1", planted: planted)
                }
                try await sleep(random.between(150, 350))
            }
        default: break
        }
    }

    /// Everything at once, and again while it recovers: PostgreSQL answers again, and nobody who was killed is missing, but the
    /// groups have not found together yet. It counts when nobody was missed either time.
    ///
    /// Only the brokers live on: these keep their topics in memory, and to lose them is another trouble.
    private func killEverythingAgain(_ random: inout SeededRandom) async throws {
        let downMilliseconds = (random.between(50, 400), random.between(50, 400))
        let pause = random.between(0, 1_500)
        let started = installation.slots.map(\.startedCount)
        let isHit = try await killEverything(downMilliseconds: downMilliseconds.0)
        // Where something else is wrong, not everybody may come back.
        try? await eventually("whoever was killed is started anew", within: .seconds(5)) {
            zip(installation.slots, started).allSatisfy { $0.startedCount > $1 && $0.isRunning }
        }
        try await sleep(pause)
        let isRecovering = zip(installation.slots, started).allSatisfy { $0.startedCount > $1 }
        if try await killEverything(downMilliseconds: downMilliseconds.1), isHit, isRecovering { cover("kill-all again all") }
    }

    /// Returns when PostgreSQL answers again: whether all of it was there to be killed.
    private func killEverything(downMilliseconds: Int) async throws -> Bool {
        async let isDatabaseHit = installation.crashDatabase(downMilliseconds: downMilliseconds)
        let hits = installation.slots.map { $0.signal(SIGKILL) }
        return try await isDatabaseHit && !hits.contains(false)
    }

    /// A copy of each worker, so that there is another one to take over.
    func oneOfEach(_ random: inout SeededRandom) -> [WorkerSlot] {
        Installation.programs.map { installation.slots(of: $0).shuffled(using: &random)[0] }
    }

    /// The same in several slots at once, each with a chance of its own.
    func inParallel(
        _ slots: some Sequence<WorkerSlot>, _ random: inout SeededRandom,
        _ body: @escaping @Sendable (WorkerSlot, inout SeededRandom) async throws -> Void
    ) async throws {
        let seeded = slots.map { ($0, random.next()) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (slot, seed) in seeded {
                tasks.addTask {
                    var random = SeededRandom(seed: seed)
                    try await body(slot, &random)
                }
            }
            try await tasks.waitForAll()
        }
    }

    /// The consumer's thread stands still for longer than a group waits for a poll. It counts when another member has claimed
    /// one of its lanes before it polled again: then the group has done without it.
    private func neglectPolling(_ slot: WorkerSlot, _ random: inout SeededRandom) async throws {
        let milliseconds = Installation.pollMilliseconds + random.between(3_500, 5_500)
        guard try await arm("consumer.before-poll=delay~\(milliseconds)", in: slot, within: 2_000) else { return }
        let until = ContinuousClock.now + .milliseconds(milliseconds)
        let began = try await installation.count("select coalesce(max(number), 0) from witness.lane_write")
        try await Task.sleep(until: until)
        let taken = try await installation.count(
            """
            select count(*)
            from witness.lane_write
            where number > \(began) and epoch > former_epoch and former_owner = '\(slot.name)' and owner <> former_owner
              and lane_id in (select id from tuesday.lane where consumer_group = '\(slot.program)')
            """)
        if taken > 0 { cover("max-poll-exceeded - \(slot.program)") }
    }

    /// Others have the lanes of a partition that it had.
    func awaitHeirs(of slot: WorkerSlot, which what: String) async throws {
        let held = """
            select count(*)
            from tuesday.lane
            where owner = '\(slot.name)' and partition >= 0 and log_id = (select max(id) from tuesday.log)
            """
        try await eventually("I7: others have taken the lanes of \(slot.name), which \(what)", within: .seconds(40)) {
            try await installation.count(held) == 0
        }
    }

    /// SIGTERM under load. Who stops in order says so by its status; it has published what it committed, and gives back what it
    /// had borrowed. The lanes of its partitions bear its name until the next claim, which comes as soon as its group knows.
    ///
    /// - Parameter isAlone: nothing else may keep it from that.
    private func terminate(_ slot: WorkerSlot, isAlone: Bool) async throws {
        guard let process = slot.process, !process.hasEnded else { return }
        // Its successor has the same name: it comes only once it is known what was left.
        slot.want(false)
        defer { bringBack(slot) }
        slot.signal(SIGTERM)
        let deadline = ContinuousClock.now + .seconds(40)
        while !process.hasEnded, ContinuousClock.now < deadline { try await sleep(30) }
        guard let ending = process.ending else {
            throw ScenarioFailure("\(slot.name) does not stop within 40 s of SIGTERM")
        }
        if isAlone {
            guard ending == .exited(0) else {
                throw ScenarioFailure("\(slot.name) ended with \(ending) after SIGTERM:\n\(process.lastLines)")
            }
            let left = try await installation.texts(
                """
                select format('lane %s of %s, published through %s of %s', id, consumer_group, published_through, lane_seq)
                from tuesday.lane
                where owner = '\(slot.name)' and (partition < 0 or published_through < lane_seq)
                  and (log_id is null or log_id = (select max(id) from tuesday.log))
                """)
            guard left.isEmpty else { throw ScenarioFailure("\(slot.name) has stopped in order and still has \(left)") }
            try await awaitHeirs(of: slot, which: "has stopped in order")
        }
        if ending == .exited(0) { cover("terminate - \(slot.program)") }
    }

    /// A worker's own clock runs hours ahead and days behind. A jump counts when the worker shows the new time.
    ///
    /// - Parameter isAlone: nothing else may keep the worker from its work.
    private func falsifyClock(isAlone: Bool, _ random: inout SeededRandom) async throws {
        let slot = slot(&random)
        // In a mixture it is left out where it cannot be done, or nobody is there.
        guard FalseClock.library != nil, !away.contains(slot.name) else { return }
        let clock = try FalseClock(file: "\(installation.directory)/\(slot.name).clock")
        slot.set(clock.variables.mapValues { $0 })
        slot.signal(SIGKILL)
        defer {
            slot.set(clock.variables.mapValues { _ in nil })
            slot.signal(SIGKILL)
        }
        try await sleep(400)
        do {
            try await eventually("\(slot.name) is ready under another clock", within: .seconds(30)) {
                if away.contains(slot.name) { true } else { await HTTP.isReady(slot.adminPort) }
            }
        } catch where !isAlone {}  // the clock can jump all the same
        guard !away.contains(slot.name) else { return }
        var present = 0
        for _ in 0..<random.between(2, 4) {
            let others = FalseClock.shifts.filter { $0 != present }
            present = others[random.below(others.count)]
            try clock.shift(seconds: present)
            let ends = ContinuousClock.now + .milliseconds(random.between(1_200, 2_200))
            var isShown = false
            while ContinuousClock.now < ends || (!isShown && ContinuousClock.now < ends + .seconds(3)) {
                if !isShown { isShown = FalseClock.shows(await FalseClock.shift(shownAt: slot.adminPort), present) }
                try await sleep(100)
            }
            if isShown { cover("clock-jumped - \(slot.program)") }
        }
    }
}
