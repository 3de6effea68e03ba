import Chance
import Foundation
import TestSupport

/// Trouble with the workers themselves.
extension Trouble {
    func actOnProcesses(_ fault: Fault, _ random: inout SeededRandom) async throws {
        switch fault {
        case .killAtSite: try await killAtSites(&random)
        case .killAtRandom:
            for _ in 0..<random.between(1, 4) {
                let slot = slot(&random)
                slot.signal(SIGKILL)
                cover("\(fault.rawValue) - \(slot.program)")
                try await sleep(random.between(100, 900))
            }
        case .killAll:
            for _ in 0..<2 {
                for slot in installation.slots { slot.signal(SIGKILL) }
                cover("\(fault.rawValue) - all")
                try await sleep(random.between(300, 1_200))
            }
        case .stop:
            let slot = slot(&random)
            slot.signal(SIGSTOP)
            cover("\(fault.rawValue) - \(slot.program)")
            try await sleep(Installation.sessionMilliseconds + random.between(-500, 4_500))
            slot.signal(SIGCONT)
        case .stopAtSite: try await stopAtSite(&random)
        case .terminate: try await terminate(slot(&random))
        case .rebalanceStorm:
            for _ in 0..<random.between(2, 4) {
                let program = Installation.programs[random.below(4)]
                for slot in installation.slots(of: program).dropFirst() { try await terminate(slot) }
                try await sleep(random.between(50, 700))
            }
            cover("\(fault.rawValue) - all")
        case .intakeGone:
            let slot = installation.slots(of: "tuesday-intake")[random.below(2)]
            sendAway(slot)
            slot.arm("produce.before=kill@1", planted: planted)
            try await sleep(1_500)
            slot.signal(SIGKILL)
            cover("\(fault.rawValue) - tuesday-intake")
        case .claimDelayed:
            // By the next rebalance, which a neighbour's leaving brings about, another claim overtakes this one.
            let slot = slot(&random)
            slot.arm("lane.before-claim=delay~\(random.between(1_000, 5_000))@\(random.between(1, 3))", planted: planted)
            for _ in 0..<2 {
                for neighbour in installation.slots(of: slot.program) where neighbour.name != slot.name {
                    neighbour.signal(SIGKILL)
                }
                cover("\(fault.rawValue) - \(slot.program)")
                try await sleep(random.between(1_500, 3_500))
            }
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

    /// One death after the other in a few slots, each at another place.
    private func killAtSites(_ random: inout SeededRandom) async throws {
        let victims = installation.slots.shuffled(using: &random).prefix(4)
        for _ in 0..<random.between(2, 3) {
            for slot in victims {
                let sites = Sites.of(slot.program)
                slot.arm("\(sites[random.below(sites.count)])=kill@\(random.between(1, 3))", planted: planted)
            }
            try await sleep(random.between(700, 1_300))
        }
    }

    private func stopAtSite(_ random: inout SeededRandom) async throws {
        let slot = slot(&random)
        let site = Sites.delicate[random.below(Sites.delicate.count)]
        let before = slot.page.deeds.count
        slot.arm("\(site)=stop@\(random.between(1, 3))", planted: planted)
        for _ in 0..<40 where slot.page.deeds.count == before { try await sleep(50) }
        try await sleep(Installation.sessionMilliseconds + random.between(-500, 4_500))
        slot.arm("", planted: planted)
        slot.signal(SIGCONT)
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
