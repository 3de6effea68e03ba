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
    private(set) var clients: [Client]
    let loadMilliseconds: Int
    /// What goes wrong, in order.
    private(set) var acts: [Act]
    /// The kinds that were asked for; none: chance chose.
    private let faults: [Fault]
    private let shape: Shape
    /// Which of the seed's acts are left; nil: all.
    private(set) var kept: [Int]?
    /// Not all of the seed's clients are left.
    private var hasFewerClients = false

    /// - Parameter faults: each happens once; none: two to four kinds by chance.
    init(seed: UInt64, faults: [Fault] = [], shape: Shape = Shape()) {
        var random = SeededRandom(seed: seed)
        self.seed = seed
        self.faults = faults
        self.shape = shape
        let counts: [(Client.Role, Int)] = [
            (.resident, random.between(2, 4)), (.cadre, random.between(1, 3)), (.gateway, random.between(0, 2)),
        ]
        clients = counts.flatMap { role, count in (0..<count).map { Client(role, $0) } }
        let load = random.between(2_500, 4_500)
        loadMilliseconds = load
        let kinds = faults.isEmpty ? Fault.mixture(&random) : faults
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

    /// The same run with fewer clients.
    func keeping(_ clients: [Client]) -> RunPlan {
        var plan = self
        plan.clients = clients
        plan.hasFewerClients = hasFewerClients || clients != self.clients
        return plan
    }

    /// What can be left out of it: first the acts, then the clients.
    var partCount: Int { acts.count + clients.count }

    /// In words.
    var parts: String { (acts.map(\.fault.rawValue) + clients.map(\.description)).joined(separator: ", ") }

    /// The same run with these of its parts only.
    func keeping(parts: [Int]) -> RunPlan {
        let (count, clients) = (acts.count, clients)
        let acts = parts.filter { $0 < count }
        return (acts.count == count ? self : keeping(acts)).keeping(parts.filter { $0 >= count }.map { clients[$0 - count] })
    }

    /// The numbers of those who are at work.
    func numbers(of role: Client.Role) -> [Int] { clients.filter { $0.role == role }.map(\.number) }

    /// What repeats it.
    var command: String {
        var words = ["deploy/faults --from \(seed) --seeds 1"]
        if !faults.isEmpty { words.append("--fault \(faults.map(\.rawValue).joined(separator: ","))") }
        if let kept { words.append("--acts \(Self.list(kept))") }
        if hasFewerClients { words.append("--clients \(Self.list(clients))") }
        return (words + shape.words).joined(separator: " ")
    }

    /// As a shell takes it.
    private static func list(_ things: [some CustomStringConvertible]) -> String {
        things.isEmpty ? "''" : things.map(\.description).joined(separator: ",")
    }
}
