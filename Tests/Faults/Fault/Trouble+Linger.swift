import Chance
import Glibc

/// Workers that stand still for a moment, wherever they are.
extension Trouble {
    enum Linger {
        /// One thread; the others of the process go on, and may use up all that waits for it.
        case delay
        /// All of them; now and then for longer than the group waits for its member.
        case stop
    }

    /// In every slot one site after the other, of those whose turn it is. It counts when the process came by.
    func lingerAtSites(_ linger: Linger, turn: UInt64, _ random: inout SeededRandom) async throws {
        try await inParallel(installation.slots, &random) { slot, random in
            let sites = Sites.share(of: slot.program, copy: slot.number - 1, turn: turn)
            for site in sites.shuffled(using: &random) { try await self.linger(linger, at: site, slot, &random) }
        }
    }

    private func linger(_ linger: Linger, at site: String, _ slot: WorkerSlot, _ random: inout SeededRandom) async throws {
        // So long it stands still, and the next site waits for it.
        let milliseconds = random.between(200, 3_000)
        switch linger {
        case .delay:
            if try await pass(site, doing: "delay~\(milliseconds)", slot, &random) { try await sleep(milliseconds) }
        case .stop:
            // Also one that stops only when nobody waits for it any more.
            defer {
                slot.arm("", planted: planted)
                slot.signal(SIGCONT)
            }
            if try await pass(site, doing: "stop", slot, &random) { try await sleep(2 * milliseconds) }
        }
    }
}
