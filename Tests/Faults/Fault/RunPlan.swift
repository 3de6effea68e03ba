/// What a seed makes of one run: who is at work, what goes wrong, and when.
struct RunPlan: Sendable {
    struct Act: Sendable {
        var atMilliseconds: Int
        var fault: Fault
        /// Where the act gets its own chance from.
        var seed: UInt64
    }

    let seed: UInt64
    let residents: Int
    let cadres: Int
    let gateways: Int
    let poisons: Bool
    /// How many send the same at once, now and then.
    let mostTwins: Int
    let loadMilliseconds: Int
    let acts: [Act]

    /// - Parameter fault: nil: one to three kinds by chance.
    init(seed: UInt64, fault: Fault?) {
        var random = SeededRandom(seed: seed)
        self.seed = seed
        residents = random.between(2, 4)
        cadres = random.between(1, 3)
        let present = random.between(0, 2)
        let load = random.between(2_500, 4_500)
        loadMilliseconds = load
        let kinds = fault.map { [$0] } ?? (0..<random.between(1, 3)).map { _ in Fault.ordinary[random.below(Fault.ordinary.count)] }
        poisons = kinds.contains(.poison)
        // It is they who bring it.
        gateways = poisons ? max(1, present) : present
        mostTwins = kinds.contains(.identical) ? 50 : 8
        acts = (0..<random.between(kinds.count, kinds.count + 2)).map { index in
            Act(
                atMilliseconds: random.between(300, load * 3 / 4), fault: kinds[index % kinds.count], seed: random.next())
        }.sorted { $0.atMilliseconds < $1.atMilliseconds }
    }
}
