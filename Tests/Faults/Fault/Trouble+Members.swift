import Chance
import Glibc

/// Groups whose members come and go.
extension Trouble {
    /// How long a group may take to find together: these brokers take some seconds to miss a member, and some more to let
    /// others join.
    private static let findingMilliseconds = 15_000

    /// Two groups at once have one member, all of them, or something between, and now and then for so long that they notice.
    func changeMembers(_ random: inout SeededRandom) async throws {
        let seeded = Installation.programs.shuffled(using: &random).prefix(2).map { ($0, random.next()) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (program, seed) in seeded {
                tasks.addTask {
                    var random = SeededRandom(seed: seed)
                    try await self.changeMembers(of: program, &random)
                }
            }
            try await tasks.waitForAll()
        }
    }

    /// It counts when the group really had so many.
    private func changeMembers(of program: String, _ random: inout SeededRandom) async throws {
        let members = installation.slots(of: program)
        defer { for slot in members { bringBack(slot) } }
        for count in Array(1..<members.count).shuffled(using: &random).prefix(2) + [members.count] {
            for _ in 0..<random.between(1, 3) {
                keep(random.between(1, members.count), of: members, &random)
                try await sleep(random.between(50, 1_500))
            }
            let present = Set(keep(count, of: members, &random).map(\.name))
            if try await hasFound(present, program) { cover("rebalance-storm \(count)-members \(program)") }
        }
    }

    /// The others go, in order or not.
    ///
    /// - Returns: those who stay, or come back.
    @discardableResult
    private func keep(_ count: Int, of members: [WorkerSlot], _ random: inout SeededRandom) -> [WorkerSlot] {
        let members = members.shuffled(using: &random)
        for slot in members.dropFirst(count) {
            slot.want(false)
            slot.signal(random.below(2) == 0 ? SIGTERM : SIGKILL)
        }
        for slot in members.prefix(count) { bringBack(slot) }
        return Array(members.prefix(count))
    }

    /// Whether the group consists of these, and of nobody else, before it takes too long.
    func hasFound(_ members: Set<String>, _ program: String) async throws -> Bool {
        let deadline = ContinuousClock.now + .milliseconds(Self.findingMilliseconds)
        while ContinuousClock.now < deadline {
            // Where something else is wrong with PostgreSQL, nobody knows.
            if let group = try? await GroupOfWorkers.present(program, in: installation), group.consists(of: members) { return true }
            try await sleep(100)
        }
        return false
    }
}
