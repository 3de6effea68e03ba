import Chance
import Contracts

/// What a seed makes of the county: how much of everything.
struct Plan {
    let partitions: Int
    let processCount: Int
    let groups: Set<World.Group>
    let clientCount: Int
    let submissionsPerClient: Int
    /// The longest a client waits before its next one: in some counties all come at once.
    let pauseMilliseconds: Int
    /// Some submissions arrive by topic.
    let usesTopic: Bool
    let capacities: [Int]
    /// Until a cadre is to say "I have it", and until the resident is to have an answer.
    let acknowledgeMinutes: Int32
    let resolveMinutes: Int32
    /// How long things go wrong.
    let chaosMilliseconds: Int64
    /// What becomes of the topic of requests in the midst of it.
    let loss: Loss?

    enum Loss { case truncated, recreated }

    init(_ random: inout SeededRandom) {
        partitions = [1, 2, 2, 3][random.below(4)]
        processCount = [1, 2, 2, 3][random.below(4)]
        clientCount = random.between(1, 3)
        submissionsPerClient = random.between(1, 4)
        pauseMilliseconds = [3_000, 3_000, 100][random.below(3)]
        usesTopic = random.below(3) == 0
        capacities = (0..<random.between(1, 2)).map { _ in random.between(1, 2) }
        acknowledgeMinutes = Int32(random.between(5, 120))
        resolveMinutes = Int32(random.between(8, 200))
        chaosMilliseconds = Int64(random.between(1_000, 20_000))
        loss = [.truncated, .truncated, .recreated, .recreated, nil, nil, nil][random.below(7)]
        var groups: Set<World.Group> = []
        for group in [World.Group.router, .router, .followup, .stats] where random.below(2) == 0 { groups.insert(group) }
        if groups.isEmpty { groups.insert(.stats) }
        if usesTopic { groups.insert(.intake) }
        self.groups = groups
    }

    /// Every partition of every group.
    var consumers: [Tables.ConsumerKey] {
        World.Group.allCases.filter { groups.contains($0) }.flatMap { group in
            (0..<(group == .intake ? 1 : partitions)).map {
                Tables.ConsumerKey(group: group.rawValue, partition: Int32($0))
            }
        }
    }
}
