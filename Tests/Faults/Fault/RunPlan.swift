import Chance

/// What a seed makes of one run: who is at work, what goes wrong, and when.
struct RunPlan: Sendable {
    struct Act: Sendable {
        var atMilliseconds: Int
        var fault: Fault
        /// Where the act gets its own chance from.
        var seed: UInt64
        /// The run's own seed: acts that take turns take them by it.
        var turn: UInt64
    }

    let seed: UInt64
    /// Of each worker.
    let copies: Int
    let residents: Int
    let cadres: Int
    let gateways: Int
    let loadMilliseconds: Int
    /// What goes wrong, in order.
    private(set) var acts: [Act]
    /// The kinds that were asked for; none: chance chose.
    private let faults: [Fault]
    private let shape: Shape
    /// Which of the seed's acts are left; nil: all.
    private(set) var kept: [Int]?

    /// - Parameter faults: each happens once; none: two to four kinds by chance.
    init(seed: UInt64, faults: [Fault] = [], shape: Shape = Shape()) {
        var random = SeededRandom(seed: seed)
        self.seed = seed
        self.faults = faults
        self.shape = shape
        residents = random.between(2, 4)
        cadres = random.between(1, 3)
        gateways = random.between(0, 2)
        let load = random.between(2_500, 4_500)
        loadMilliseconds = load
        let kinds =
            faults.isEmpty
            ? Array(Fault.ordinary.shuffled(using: &random).prefix(random.between(2, 4))) : faults
        acts = kinds.map { fault in
            Act(atMilliseconds: random.between(300, load * 3 / 4), fault: fault, seed: random.next(), turn: seed)
        }.sorted { $0.atMilliseconds < $1.atMilliseconds }
        // Members can come and go only where there are some; elsewhere one that is left when the other is gone does.
        copies = shape.copies ?? (faults == [.rebalanceStorm] ? random.between(3, 6) : 2)
    }

    /// The same run with fewer acts, of ``acts`` as they are now.
    func keeping(_ indices: [Int]) -> RunPlan {
        var plan = self
        plan.acts = indices.map { acts[$0] }
        plan.kept = indices.map { kept?[$0] ?? $0 }
        return plan
    }

    /// What repeats it.
    var command: String {
        var words = ["deploy/faults --from \(seed) --seeds 1"]
        if !faults.isEmpty { words.append("--fault \(faults.map(\.rawValue).joined(separator: ","))") }
        if let kept { words.append("--acts \(kept.map { "\($0)" }.joined(separator: ","))") }
        return (words + shape.words).joined(separator: " ")
    }
}
