import Chance

/// What goes wrong, how often: a few kinds of trouble a seed, each at a rate of its own.
// @unchecked: touched by the executor's one thread only.
final class Chaos: @unchecked Sendable {
    enum CommitFate { case answered, lostUndone, lostDone, lostLate(milliseconds: Int64) }
    enum ProduceFate { case reported, unwritten, inPart, unreported, twice, late, slow }

    private(set) var isActive = true
    private let connectionRate: Int
    private let commitRate: Int
    private let produceRate: Int
    private let readRate: Int
    /// Milliseconds between two events, on the average.
    private let interval: Int
    private let kinds: [Kind]
    private var random: SeededRandom

    enum Kind: CaseIterable {
        case kill, killAll, pause, crashDatabase, breakBroker, rebalance, terminateBackend
    }

    init(_ random: inout SeededRandom) {
        func rate(_ most: Int) -> Int { random.below(2) == 0 ? 0 : random.between(1, most) }
        connectionRate = rate(30)
        commitRate = rate(300)
        produceRate = rate(500)
        readRate = rate(1_000)
        interval = random.between(300, 4_000)
        kinds = Kind.allCases.filter { _ in random.below(3) == 0 }
        self.random = SeededRandom(seed: random.next())
    }

    func heal() { isActive = false }

    func losesConnection() -> Bool { isActive && random.happens(perMille: connectionRate) }

    func commitFate() -> CommitFate {
        guard isActive, random.happens(perMille: commitRate) else { return .answered }
        switch random.below(4) {
        case 0: return .lostUndone
        case 1: return .lostDone
        default: return .lostLate(milliseconds: Int64(random.between(50, 3_000)))
        }
    }

    /// How long a large read is held up, if it is.
    func readDelay() -> Int64? {
        isActive && random.happens(perMille: readRate) ? Int64(random.between(20, 5_000)) : nil
    }

    func produceFate() -> ProduceFate {
        guard isActive, random.happens(perMille: produceRate) else { return .reported }
        return [.unwritten, .inPart, .unreported, .twice, .late, .slow, .slow][random.below(7)]
    }

    /// Makes trouble until healed; every trouble begun here ends by itself.
    func run(_ world: World) async {
        guard !kinds.isEmpty else { return }
        while isActive {
            await VirtualExecutor.sleep(milliseconds: Int64(random.between(interval / 3, interval * 2)))
            if isActive { begin(kinds[random.below(kinds.count)], world) }
        }
    }

    private func begin(_ kind: Kind, _ world: World) {
        let running = world.processes.filter { $0.state == .running }
        world.trace("trouble: \(kind)")
        switch kind {
        case .kill: if let victim = pick(running) { replace([victim], world) }
        case .killAll: replace(running, world)
        case .pause:
            guard let victim = pick(running) else { return }
            victim.pause()
            let milliseconds = Int64(random.between(50, 18_000))
            Task {
                await VirtualExecutor.sleep(milliseconds: min(milliseconds, 3_000))
                if milliseconds > 3_000 { world.kafka.rebalance() }
                await VirtualExecutor.sleep(milliseconds: milliseconds - 3_000)
                victim.resume()
            }
        case .crashDatabase:
            world.database.crash()
            after(50...4_000) { world.database.restart() }
        case .breakBroker:
            world.kafka.takeDown()
            after(200...20_000) { world.kafka.bringUp() }
        case .rebalance: world.kafka.rebalance(moving: true)
        case .terminateBackend:
            let open = world.database.open.filter { !$0.isCommitting }
            if !open.isEmpty { open[random.below(open.count)].rollBack() }
        }
    }

    private func replace(_ victims: [SimulatedProcess], _ world: World) {
        for victim in victims { victim.kill() }
        after(0...3_000) { for _ in victims { world.startProcess() } }
        after(3_001...6_000) { world.kafka.rebalance() }
    }

    private func pick(_ processes: [SimulatedProcess]) -> SimulatedProcess? {
        processes.isEmpty ? nil : processes[random.below(processes.count)]
    }

    private func after(_ milliseconds: ClosedRange<Int>, _ body: @escaping @Sendable () -> Void) {
        let wait = Int64(random.between(milliseconds.lowerBound, milliseconds.upperBound))
        Task {
            await VirtualExecutor.sleep(milliseconds: wait)
            body()
        }
    }
}
