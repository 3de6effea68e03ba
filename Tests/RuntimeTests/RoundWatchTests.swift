import Contracts
import Logging
import Synchronization
import Testing
import Workflow

@testable import Runtime

@Suite(.timeLimit(.minutes(5))) struct RoundWatchTests {
    private struct Refused: Error, CustomStringConvertible { let description = "permission denied" }

    private let time = ManualTime()

    private func watch(every period: Duration?) -> RoundWatch {
        RoundWatch("firing", every: period, bound: .seconds(60), log: Logger(label: "test")) { [time] in time.now }
    }

    @Test func `what comes when there is something to do is idle otherwise, however long`() {
        let watch = watch(every: nil)
        time.pass(.seconds(3_600))
        #expect(watch.look() == .ready)
        watch.began()
        watch.cameRound()
        time.pass(.seconds(3_600))
        #expect(watch.look() == .ready)
    }

    @Test func `a round that does not end is told after a while, until one has ended`() {
        let watch = watch(every: nil)
        watch.began()
        time.pass(.seconds(60))
        #expect(watch.look() == .ready)
        time.pass(.seconds(1))
        #expect(watch.look() == .notReady("firing has not come round for 61 s: it waits for an answer"))
        watch.cameRound()
        #expect(watch.look() == .ready)
    }

    @Test func `rounds that fail one after the other are told with their reason`() {
        let watch = watch(every: .seconds(10))
        watch.began()
        watch.cameRound()
        for _ in 1...7 {
            time.pass(.seconds(10))
            #expect(watch.look() == .ready)
            watch.began()
            watch.failed("permission denied")
        }
        time.pass(.seconds(1))
        #expect(watch.look() == .notReady("firing has not come round for 61 s: permission denied"))
    }

    @Test func `a round that never begins again is overdue too`() {
        let watch = watch(every: .seconds(10))
        watch.began()
        watch.cameRound()
        time.pass(.seconds(70))
        #expect(watch.look() == .ready)
        time.pass(.seconds(1))
        #expect(watch.look() != .ready)
    }

    /// - Parameter work: nil: hangs until it is cancelled.
    private func tick(
        _ watch: RoundWatch, until fact: () -> Bool, work: @escaping @Sendable () throws -> Int?
    ) async throws {
        let memory = MemoryLane(recordCount: 0)
        let ticking = Ticking(
            tick: .milliseconds(1), limit: 10,
            lane: PoolLane(pool: "p", owner: "o", keeper: memory, sink: memory, log: Logger(label: "test")),
            watch: watch, log: Logger(label: "test")
        ) { _, _ in
            if let count = try work() { return count }
            try await Task.sleep(for: .seconds(3_600))
            return 0
        }
        let running = Task { try await ticking.run() }
        while !fact() { await Task.yield() }
        running.cancel()
        try await running.value
    }

    @Test func `a service whose work hangs, or fails each time, is not ready`() async throws {
        let hanging = watch(every: .milliseconds(1))
        try await tick(hanging) {
            time.pass(.seconds(10))
            return hanging.look() != .ready
        } work: { nil }
        let failing = watch(every: .milliseconds(1))
        try await tick(failing) {
            time.pass(.seconds(10))
            guard case .notReady(let why) = failing.look() else { return false }
            return why.hasSuffix("s: permission denied")
        } work: { throw Refused() }
    }

    @Test func `a service that catches up for hours gets on`() async throws {
        let watch = watch(every: .milliseconds(1))
        let rounds = Mutex(0)
        try await tick(watch) { rounds.withLock { $0 } > 100 } work: { [time] in
            time.pass(.seconds(50))
            rounds.withLock { $0 += 1 }
            #expect(watch.look() == .ready)
            return 10
        }
        #expect(rounds.withLock { $0 } > 100)
    }
}
