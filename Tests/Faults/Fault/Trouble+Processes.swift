import Chance
import Foundation
import TestSupport

/// Trouble with the workers themselves.
extension Trouble {
    func actOnProcesses(_ fault: Fault, _ random: inout SeededRandom) async throws {
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
                for _ in 0..<2 {
                    for slot in installation.slots { slot.signal(SIGKILL) }
                    try await sleep(random.between(300, 1_200))
                }
                cover("\(fault.rawValue) - all")
                try await sleep(random.between(1_500, 4_000))
            }
        case .stop:
            try await inParallel(installation.slots.shuffled(using: &random).prefix(3), &random) { slot, random in
                if slot.signal(SIGSTOP) { self.cover("\(fault.rawValue) - \(slot.program)") }
                try await self.sleep(Installation.sessionMilliseconds + random.between(-500, 4_500))
                slot.signal(SIGCONT)
            }
        case .terminate:
            try await inParallel(installation.slots.shuffled(using: &random).prefix(4), &random) { slot, random in
                try await self.sleep(random.between(0, 2_000))
                try await self.terminate(slot)
            }
        case .maxPollExceeded:
            try await inParallel(installation.slots.shuffled(using: &random).prefix(2), &random) { slot, random in
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
            let slots = Installation.programs.map { installation.slots(of: $0).shuffled(using: &random)[0] }
            try await inParallel(slots, &random) { slot, random in try await self.delayClaim(of: slot, &random) }
        case .clockJumped: try await falsifyClock(&random)
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

    /// How often each of the slots is to die in one run.
    private static let deaths = 12

    /// One death after the other in more than half of the slots, each at the next place.
    private func killAtSites(_ random: inout SeededRandom) async throws {
        try await inParallel(installation.slots.shuffled(using: &random).prefix(5), &random) { slot, random in
            let sites = Sites.of(slot.program).shuffled(using: &random)
            for site in sites.prefix(Self.deaths) {
                try await self.die(at: site, slot, &random)
            }
        }
    }

    private func die(at site: String, _ slot: WorkerSlot, _ random: inout SeededRandom) async throws {
        switch site {
        case "lane.resumed":
            // Who does not know what became of a COMMIT looks where its lane stands. Not every COMMIT is a lane's.
            for _ in 0..<3 {
                let loss: PostgresProxy.CommitLoss = random.below(2) == 0 ? .landed : .undone
                if try await arm("\(site)=kill", in: slot, within: 1_500, { slot.proxy.lose(loss, countdown: 1) }) { return }
            }
        case "lane.released": try await arm("\(site)=kill", in: slot, within: 3_000) { slot.signal(SIGTERM) }
        default: try await arm("\(site)=kill@\(random.between(1, 2))", in: slot, within: 2_000)
        }
    }

    /// Returns when it was done, or, with false, when the time is over.
    ///
    /// - Parameter provoke: makes the process pass the site, where it would not by itself.
    @discardableResult
    func arm(
        _ text: String, in slot: WorkerSlot, within milliseconds: Int, _ provoke: () -> Void = {}
    ) async throws -> Bool {
        let before = slot.page.deeds.count
        slot.arm(text, planted: planted)
        provoke()
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while slot.page.deeds.count == before, ContinuousClock.now < deadline { try await sleep(40) }
        return slot.page.deeds.count > before
    }

    /// The same in several slots at once, each with a chance of its own.
    private func inParallel(
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

    /// One group after the other has one member, all of them, or something between, and none of them for long.
    private func changeMembers(_ random: inout SeededRandom) async throws {
        for program in Installation.programs.shuffled(using: &random).prefix(2) {
            let members = installation.slots(of: program)
            for _ in 0..<random.between(3, 5) {
                let count = random.between(1, members.count)
                for (index, slot) in members.shuffled(using: &random).enumerated() {
                    slot.want(index < count)
                    if index >= count { slot.signal(random.below(2) == 0 ? SIGTERM : SIGKILL) }
                }
                cover("rebalance-storm \(count)-members \(program)")
                try await sleep(random.between(50, 1_500))
            }
            for slot in members { slot.want(true) }
        }
    }

    /// The consumer's thread stands still for longer than a group waits for a poll.
    private func neglectPolling(_ slot: WorkerSlot, _ random: inout SeededRandom) async throws {
        let milliseconds = Installation.pollMilliseconds + random.between(1_500, 3_000)
        guard try await arm("consumer.before-poll=delay~\(milliseconds)", in: slot, within: 2_000) else { return }
        try await sleep(milliseconds)
        cover("max-poll-exceeded - \(slot.program)")
    }

    /// The other copy of each goes on, and must take over, unless something else may keep it from that.
    func stopAtSites(expectingHeirs: Bool, _ random: inout SeededRandom) async throws {
        let slots = Installation.programs.map { installation.slots(of: $0).shuffled(using: &random)[0] }
        try await inParallel(slots, &random) { slot, random in
            try await self.stopAtSite(slot, expectingHeirs: expectingHeirs, &random)
        }
    }

    private func stopAtSite(_ slot: WorkerSlot, expectingHeirs: Bool, _ random: inout SeededRandom) async throws {
        let site = random.below(2) == 0 ? "transaction.before-commit" : Sites.delicate[random.below(Sites.delicate.count)]
        let isStopped = try await arm("\(site)=stop@\(random.between(1, 3))", in: slot, within: 2_000)
        defer {
            slot.arm("", planted: planted)
            slot.signal(SIGCONT)
        }
        if expectingHeirs, isStopped, site == "transaction.before-commit" { try await awaitHeirs(of: slot) }
        try await sleep(Installation.sessionMilliseconds + random.between(-500, 4_500))
    }

    /// Whoever is stopped with a lane's lock must not block the one that takes over.
    private func awaitHeirs(of slot: WorkerSlot) async throws {
        let held = """
            select count(*)
            from tuesday.lane
            where owner = '\(slot.name)' and partition >= 0 and log_id = (select max(id) from tuesday.log)
            """
        try await eventually("I7: others have taken the lanes of \(slot.name), which is stopped", within: .seconds(40)) {
            try await installation.count(held) == 0
        }
        cover("stop-at-site taken-over \(slot.program)")
    }

    private func terminate(_ slot: WorkerSlot) async throws {
        guard let process = slot.process, !process.hasEnded else { return }
        slot.signal(SIGTERM)
        let deadline = ContinuousClock.now + .seconds(40)
        while !process.hasEnded, ContinuousClock.now < deadline { try await sleep(30) }
        cover("terminate - \(slot.program)")
        guard process.hasEnded else { throw ScenarioFailure("\(slot.name) does not stop within 40 s of SIGTERM") }
    }

    /// A worker's own clock runs hours ahead and days behind.
    private func falsifyClock(_ random: inout SeededRandom) async throws {
        let slot = slot(&random)
        let clock = try FalseClock(file: "\(installation.directory)/\(slot.name).clock")
        slot.set(clock.variables.mapValues { $0 })
        slot.signal(SIGKILL)
        defer {
            slot.set(clock.variables.mapValues { _ in nil })
            slot.signal(SIGKILL)
        }
        try await sleep(400)
        try await eventually("\(slot.name) is ready under another clock", within: .seconds(30)) {
            await HTTP.isReady(slot.adminPort)
        }
        for _ in 0..<random.between(2, 4) {
            try clock.shift(seconds: [7_200, -10_800, 864_000, -864_000, 30, -30][random.below(6)])
            try await sleep(random.between(1_200, 2_200))
            cover("clock-jumped - \(slot.program)")
        }
    }
}
