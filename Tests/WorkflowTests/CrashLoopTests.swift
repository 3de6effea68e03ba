import Contracts
import Synchronization
import Testing

@testable import Workflow

/// Records that kill whoever handles them, and others that must not be taken for such.
@Suite(.timeLimit(.minutes(2)))
struct CrashLoopTests {
    /// A worker process: once dead, none of its lanes does anything any more.
    private final class Process: Sendable {
        let turns = Turns(4)
        private let dead = Mutex(false)

        var isDead: Bool { dead.withLock { $0 } }
        func die() { dead.withLock { $0 = true } }

        /// For ever, once the process is dead; does not listen to cancellation, as the dead do not.
        func haltIfDead() async {
            if isDead { await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in } }
        }
    }

    private struct Handler: BatchHandler {
        let keeper: KeptLane
        let process: Process
        let deadly: Set<Int64>
        /// How often others get on before it is done.
        var steps = 0

        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit {
            if records.contains(where: { deadly.contains($0.offset) }) { process.die() }
            for _ in 0..<steps where !process.isDead { await Task.yield() }
            await process.haltIfDead()
            return try keeper.commit(records, ticket)
        }
    }

    private func start(
        _ keeper: KeptLane, _ partition: KeptPartition, _ process: Process, deadly: Set<Int64>, steps: Int = 0,
        maximumRecords: Int = 5_000
    ) {
        Task {
            await ConsumeLane(
                source: partition, handler: Handler(keeper: keeper, process: process, deadly: deadly, steps: steps),
                keeper: keeper.behind { await process.haltIfDead() }, sink: OpenSink(), log: silence, owner: "test", logID: 1,
                limits: ConsumeLimits(maximumRecords: maximumRecords), turns: process.turns, status: LaneStatus()
            ).run()
        }
    }

    /// Starts workers, one after the death of the other, until every lane is through, or many have died. Returns how many.
    private func work(_ count: Int, _ keepers: [KeptLane], begin: (Process) -> [KeptPartition]) async -> Int {
        var deaths = 0
        while true {
            let process = Process()
            let partitions = begin(process)
            while !process.isDead, keepers.contains(where: { $0.row.nextOffset < Int64(count) }) { await Task.yield() }
            // What of it still waits for records waits for nothing.
            for partition in partitions { partition.revoke() }
            guard process.isDead else { return deaths }
            deaths += 1
            if deaths == 500 { return deaths }
        }
    }

    @Test(arguments: [[0], [1], [100], [4_999], [5_000], [77, 78, 5_500]] as [Set<Int64>])
    func `What kills is set aside wherever it stands, and nothing else`(_ deadly: Set<Int64>) async {
        let (count, keeper) = (6_000, KeptLane())
        let records = KeptPartition.records("r", count)
        let deaths = await work(count, [keeper]) { process in
            let partition = KeptPartition(records)
            start(keeper, partition, process, deadly: deadly)
            return [partition]
        }
        #expect(keeper.row.rejected == deadly.sorted())
        #expect(keeper.row.applied == (0..<Int64(count)).filter { !deadly.contains($0) })
        #expect(deaths <= deadly.count * 60, "\(deaths) deaths")
    }

    @Test func `What kills is set aside also behind offsets without a record`() async {
        let (keeper, vacant) = (KeptLane(), Set<Int64>([0, 1, 50, 51, 120]))
        let records = KeptPartition.records("r", 200).filter { !vacant.contains($0.offset) }
        let deaths = await work(200, [keeper]) { process in
            let partition = KeptPartition(records)
            start(keeper, partition, process, deadly: [2, 52, 121], maximumRecords: 50)
            return [partition]
        }
        #expect(keeper.row.rejected == [2, 52, 121])
        #expect(keeper.row.applied == records.map(\.offset).filter { ![2, 52, 121].contains($0) })
        #expect(deaths < 500)
    }

    @Test func `A lane that dies with another's record is not blamed for it`() async {
        let (count, keepers) = (40, [KeptLane(), KeptLane()])
        let records = KeptPartition.records("r", count)
        _ = await work(count, keepers) { process in
            let partitions = [KeptPartition(records), KeptPartition(records)]
            start(keepers[0], partitions[0], process, deadly: [0])
            start(keepers[1], partitions[1], process, deadly: [], steps: 2_000)
            return partitions
        }
        #expect(keepers[0].row.rejected == [0])
        #expect(keepers[1].row.rejected == [])
        #expect(keepers[1].row.applied == Array(0..<Int64(count)))
    }

    /// Fails without killing anybody, so many times.
    private struct Failing: BatchHandler {
        let keeper: KeptLane
        let left: Countdown

        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit {
            if left.next() { throw CancellationError() }
            return try keeper.commit(records, ticket)
        }
    }

    private final class Countdown: Sendable {
        private let left: Mutex<Int>
        init(_ count: Int) { left = Mutex(count) }
        var isOver: Bool { left.withLock { $0 <= 0 } }
        func next() -> Bool {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        }
    }

    @Test func `An attempt whose failure its worker lives to see counts against no record`() async {
        let (keeper, left) = (KeptLane(), Countdown(60))
        while keeper.row.nextOffset < 3 {
            let partition = KeptPartition(KeptPartition.records("r", 3))
            let running = Task {
                await ConsumeLane(
                    source: partition, handler: Failing(keeper: keeper, left: left), keeper: keeper, sink: OpenSink(),
                    log: silence, owner: "test", logID: 1, limits: ConsumeLimits(), turns: Turns(1), status: LaneStatus()
                ).run()
            }
            if left.isOver {
                while keeper.row.nextOffset < 3 { await Task.yield() }
                partition.revoke()
            }
            await running.value
            while keeper.row.claims > 0 { await Task.yield() }
        }
        #expect(keeper.row.rejected == [])
        #expect(keeper.row.applied == [0, 1, 2])
    }

    @Test func `An attempt of which its worker only never heard that it was counted counts against no record`() async {
        let (keeper, partition) = (KeptLane(), KeptPartition(KeptPartition.records("r", 3)))
        keeper.loseAnswers(25)
        var lane = ConsumeLane(
            source: partition, handler: Failing(keeper: keeper, left: Countdown(0)), keeper: keeper, sink: OpenSink(),
            log: silence, owner: "test", logID: 1, limits: ConsumeLimits(), turns: Turns(1), status: LaneStatus())
        // What is counted although it failed is taken back meanwhile.
        lane.backOff = { _ in while keeper.row.claims > 0 { await Task.yield() } }
        let running = Task { [lane] in await lane.run() }
        while keeper.row.nextOffset < 3 { await Task.yield() }
        partition.revoke()
        await running.value
        #expect(keeper.row.rejected == [])
        #expect(keeper.row.applied == [0, 1, 2])
    }

    /// Who is at it at the same time.
    private final class Company: Sendable {
        let now = Mutex(0)
        let most = Mutex(0)
        let accompanied = Mutex(0)

        func work(alone isAlone: Bool) async {
            let count = now.withLock { now in
                now += 1
                return now
            }
            most.withLock { $0 = max($0, count) }
            for _ in 0..<5 {
                if isAlone, now.withLock({ $0 }) > 1 { accompanied.withLock { $0 += 1 } }
                await Task.yield()
            }
            now.withLock { $0 -= 1 }
        }
    }

    @Test func `Whoever takes a turn alone has no company`() async {
        let (turns, company) = (Turns(3), Company())
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<60 {
                let isAlone = number % 7 == 3
                tasks.addTask {
                    try? await turns.take(alone: isAlone) { await company.work(alone: isAlone) }  // nobody cancels it
                }
            }
        }
        #expect(company.accompanied.withLock { $0 } == 0)
        #expect(company.most.withLock { $0 } == 3)
    }
}
