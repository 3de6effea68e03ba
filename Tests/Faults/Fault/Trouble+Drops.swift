import Chance
import Glibc

/// What is lost on the way out of a process that goes on.
extension Trouble {
    /// By the sites: answers to people who asked for something, of which only the head leaves, and commits of offsets.
    static let dropped = ["http.before-answer", "offset.before-commit"]

    /// Some of each in every slot that comes by. It counts when it was left out.
    func dropAtSites(_ random: inout SeededRandom) async throws {
        try await inParallel(installation.slots, &random) { slot, random in
            for _ in 0..<3 {
                for site in Self.dropped.filter(Sites.of(slot.program).contains) {
                    try await self.pass(site, doing: "drop", slot, &random)
                }
                // Whoever comes next must not begin where the brokers have the group.
                if random.below(4) == 0 { slot.signal(SIGKILL) }
                // What is not dropped has its turn too.
                try await self.sleep(random.between(50, 400))
            }
        }
    }
}
