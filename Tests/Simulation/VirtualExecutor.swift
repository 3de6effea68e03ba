@_spi(ExperimentalScheduling) @_spi(ExperimentalCustomExecutors) import _Concurrency
import Chance
import SimulatedTime

/// Runs every task of the process on one thread, in an order that follows from a seed, and lets time pass only when
/// nobody has anything to do: an hour of waiting takes no time at all.
// @unchecked: only the one thread that calls `run(seed:_:)` ever touches it.
final class VirtualExecutor: TaskExecutor, SchedulingExecutor, @unchecked Sendable {
    static let shared = VirtualExecutor()

    private struct Later {
        var at: Int64
        /// Those due at the same instant keep the order in which they were set.
        var number: UInt64
        var job: UnownedJob

        static func < (left: Later, right: Later) -> Bool {
            left.at == right.at ? left.number < right.number : left.at < right.at
        }
    }

    private static let beginning: Int64 = 1_000_000_000_000_000_000
    private var ready: [UnownedJob] = []
    private var later: [Later] = []
    private var number: UInt64 = 0
    private var random = SeededRandom(seed: 0)
    private var isInOrder = false
    private(set) var nanoseconds = VirtualExecutor.beginning
    private(set) var jobCount = 0

    /// Milliseconds since the run began.
    var milliseconds: Int64 { (nanoseconds - Self.beginning) / 1_000_000 }

    /// Makes this the executor of everything that names none. To be called once, before the first task.
    static func install() { _createExecutors(factory: Factory.self) }

    /// Runs `body` and whatever it starts until it ends. False when it waits for something that nobody will do, or when it
    /// takes more than `maximumJobs` steps.
    func run(seed: UInt64, maximumJobs: Int = 2_000_000, _ body: @escaping @Sendable () async -> Void) -> Bool {
        random = SeededRandom(seed: seed ^ 0x5EED)
        // One seed in four takes turns fairly: orders that a random choice rarely gives.
        isInOrder = random.below(4) == 0
        nanoseconds = Self.beginning
        simulated_time_set(nanoseconds)
        simulated_chance_seed(seed)
        ready = []
        later = []
        number = 0
        jobCount = 0
        let end = End()
        Task.detached {
            await body()
            end.isReached = true
        }
        while !end.isReached {
            guard jobCount < maximumJobs, let job = nextJob() else { return false }
            jobCount += 1
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
        return true
    }

    private func nextJob() -> UnownedJob? {
        if ready.isEmpty {
            guard let first = popLater() else { return nil }
            nanoseconds = max(nanoseconds, first.at)
            simulated_time_set(nanoseconds)
            ready.append(first.job)
            while let next = later.first, next.at <= nanoseconds { ready.append(popLater()!.job) }
        }
        if isInOrder { return ready.removeFirst() }
        let index = random.below(ready.count)
        ready.swapAt(index, ready.count - 1)
        return ready.removeLast()
    }

    func enqueue(_ job: consuming ExecutorJob) { ready.append(UnownedJob(job)) }

    func enqueue<C: Clock>(_ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C) {
        guard let delay = delay as? Duration else { preconditionFailure("only clocks that count in seconds are simulated") }
        number += 1
        later.append(Later(at: nanoseconds + Int64(delay / .nanoseconds(1)), number: number, job: UnownedJob(job)))
        var child = later.count - 1
        while child > 0, later[child] < later[(child - 1) / 2] {
            later.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    func enqueue<C: Clock>(_ job: consuming ExecutorJob, at instant: C.Instant, tolerance: C.Duration?, clock: C) {
        enqueue(job, after: clock.now.duration(to: instant), tolerance: tolerance, clock: clock)
    }

    private func popLater() -> Later? {
        guard !later.isEmpty else { return nil }
        later.swapAt(0, later.count - 1)
        let first = later.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < later.count && later[child] < later[least] {
                least = child
            }
            if least == parent { return first }
            later.swapAt(parent, least)
            parent = least
        }
    }

    // @unchecked: touched by the executor's one thread only.
    private final class End: @unchecked Sendable {
        var isReached = false
    }

    private struct Factory: ExecutorFactory {
        static let mainExecutor: any MainExecutor = NoMain()
        static var defaultExecutor: any TaskExecutor { VirtualExecutor.shared }
    }

    private final class NoMain: MainExecutor {
        func enqueue(_ job: consuming ExecutorJob) { preconditionFailure("nothing of the simulation is for the main actor") }
        func run() throws {}
        func stop() {}
    }
}
