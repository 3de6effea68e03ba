import Logging
import Testing
import Workflow

@testable import Runtime

@Suite(.timeLimit(.minutes(5))) struct GroupCommitServiceTests {
    @Test func `a transaction that does not end is told, and nobody who waits for one is not`() async throws {
        let time = ManualTime()
        let memory = MemoryLane(recordCount: 0)
        let watch = RoundWatch("accepting", every: nil, bound: .seconds(60), log: Logger(label: "test")) { time.now }
        let commit = GroupCommit<Int, Int>(maximumPending: 10)
        let gate = Gate()
        let service = GroupCommitService(
            commit: commit, lane: PoolLane(pool: "p", owner: "o", keeper: memory, sink: memory, log: Logger(label: "test")),
            watch: watch
        ) { items, _ in
            if items.contains(2) { await gate.wait() }
            return items
        }
        let running = Task { try await service.run() }
        #expect(try await commit.submit(1) == 1)
        time.pass(.seconds(3_600))
        #expect(watch.look() == .ready)
        let answer = Task { try await commit.submit(2) }
        while watch.look() == .ready {
            time.pass(.seconds(1))
            await Task.yield()
        }
        gate.open()
        #expect(try await answer.value == 2)
        #expect(watch.look() == .ready)
        commit.stop()
        try await running.value
    }
}
