import Contracts
import Synchronization
import Testing

@testable import Workflow

/// A topic that is made anew, or loses its end, while a lane reads it.
@Suite(.timeLimit(.minutes(5)))
struct PlaceWatchTests {
    private struct Applying: BatchHandler {
        let keeper: KeptLane

        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit { try keeper.commit(records, ticket) }
    }

    private func lane(
        _ partition: KeptPartition, _ keeper: KeptLane, _ status: LaneStatus, maximumRecords: Int = 3
    ) -> ConsumeLane {
        ConsumeLane(
            source: partition, handler: Applying(keeper: keeper), keeper: keeper, sink: OpenSink(), log: silence,
            owner: "test", logID: 1,
            limits: ConsumeLimits(maximumRecords: maximumRecords, placeInterval: .milliseconds(1)),
            turns: Turns(1), status: status)
    }

    private func awaitStop(_ status: LaneStatus) async {
        while !status.problems.contains(where: { $0.contains("stopped") && $0.contains("tuesday lanes recover") }) {
            await Task.yield()
        }
    }

    @Test func `A topic that was recreated and has grown past the lane stops it, and whoever claims it next`() async {
        let keeper = KeptLane()
        let isNew = Mutex(false)
        // Nobody looks before the lane has gone on with the new records as if they were the next of the old ones.
        let partition = KeptPartition(KeptPartition.records("old", 5)) {
            while isNew.withLock({ $0 }), keeper.row.applied.count < 8 { await Task.yield() }
        }
        let first = LaneStatus()
        let running = Task { await lane(partition, keeper, first).run() }
        while keeper.row.applied.count < 5 { await Task.yield() }
        isNew.withLock { $0 = true }
        partition.recreate(KeptPartition.records("new", 8))
        await awaitStop(first)
        #expect(first.problems.allSatisfy { $0.contains("the topic was recreated") })
        #expect(keeper.row.nextOffset == 8)
        running.cancel()
        await running.value

        // Its last record is where it was; by that alone the next worker would go on.
        let second = LaneStatus()
        let next = Task { await lane(partition, keeper, second).run() }
        await awaitStop(second)
        #expect(keeper.row.applied.count == 8)
        next.cancel()
        await next.value
    }

    /// The first so many old records, and others up to the count.
    private func regrown(_ cut: Int, _ count: Int) -> [IncomingRecord] {
        KeptPartition.records("old", cut) + KeptPartition.records("new", count)[cut...]
    }

    @Test func `An end that was lost and has grown past the lane stops it, and whoever claims it next`() async throws {
        let keeper = KeptLane()
        let mayLook = Mutex(true)
        let partition = KeptPartition(KeptPartition.records("old", 1_000)) {
            while !mayLook.withLock({ $0 }) { await Task.yield() }
        }
        let first = LaneStatus()
        let running = Task { await lane(partition, keeper, first, maximumRecords: 10_000).run() }
        while keeper.row.anchor?.offset != 999 { await Task.yield() }
        // Everything else happens between two looks.
        mayLook.withLock { $0 = false }
        partition.recreate(KeptPartition.records("old", 5_000))
        while keeper.row.nextOffset < 5_000 { await Task.yield() }
        partition.recreate(regrown(4_900, 5_300))
        while keeper.row.nextOffset < 5_300 { await Task.yield() }
        mayLook.withLock { $0 = true }
        while first.problems.isEmpty, keeper.row.anchor?.offset != 5_299 { await Task.yield() }
        running.cancel()
        try #require(first.problems.count == 1)
        #expect(first.problems.allSatisfy { $0.contains("stopped") && $0.contains("its end was lost") })
        #expect(keeper.row.anchor == LaneAnchor(offset: 4_999, identity: "old-4999"))
        await running.value

        let second = LaneStatus()
        let next = Task { await lane(partition, keeper, second).run() }
        while second.problems.isEmpty { await Task.yield() }
        await awaitStop(second)
        next.cancel()
        await next.value
    }

    /// What a look finds when the lane has applied and rested so, and the log's end was lost and written anew.
    private func finding(cut: Int, _ moves: [(nextOffset: Int64, rested: Duration)]) async throws -> LaneFault? {
        let (keeper, partition) = (KeptLane(), KeptPartition(regrown(cut, 100)))
        var ticket = try await keeper.claim(log: 1, group: "", topic: "", partition: 0, owner: "test")
        (ticket.nextOffset, ticket.lastIdentity) = (10, "old-9")
        let watch = PlaceWatch(source: partition, keeper: keeper, ticket: ticket, interval: .milliseconds(1))
        for (nextOffset, rested) in moves {
            // The first 60 were read before the end was lost.
            (ticket.nextOffset, ticket.lastIdentity) = (nextOffset, "\(nextOffset <= 60 ? "old" : "new")-\(nextOffset - 1)")
            watch.moved(to: ticket, afterResting: rested)
        }
        let looking = Task { await watch.findsProblem() }
        while watch.finding == nil, keeper.row.anchor?.offset != moves.last!.nextOffset - 1 { await Task.yield() }
        looking.cancel()
        _ = await looking.value
        return watch.finding
    }

    @Test func `The longest of several rests is where an end is looked for`() async throws {
        let moves: [(Int64, Duration)] = [
            (20, .zero), (40, .seconds(1)), (60, .seconds(2)), (80, .seconds(9)), (90, .seconds(3)),
        ]
        #expect(try await finding(cut: 50, moves) != nil)
        #expect(try await finding(cut: 60, moves) == nil)
    }

    @Test func `A rest at the anchor, however long, hides none behind it`() async throws {
        #expect(try await finding(cut: 50, [(60, .seconds(3_600)), (80, .seconds(9)), (90, .seconds(3))]) != nil)
    }

    @Test func `A topic that ends before what a lane has applied stops it, though it has nothing to read`() async {
        let (keeper, status) = (KeptLane(), LaneStatus())
        let partition = KeptPartition(KeptPartition.records("old", 5))
        let running = Task { await lane(partition, keeper, status).run() }
        while keeper.row.applied.count < 5 { await Task.yield() }
        partition.recreate([])
        await awaitStop(status)
        running.cancel()
        await running.value
    }

    @Test func `A lane that is put back while it has nothing to do goes on from there`() async throws {
        let (keeper, status) = (KeptLane(), LaneStatus())
        let partition = KeptPartition(KeptPartition.records("old", 5))
        let running = Task { await lane(partition, keeper, status).run() }
        while keeper.row.applied.count < 5 { await Task.yield() }
        keeper.putBack()
        while keeper.row.applied.count < 10 { await Task.yield() }
        partition.revoke()
        await running.value
    }

    @Test func `A lane whose topic stays what it was follows it with its anchor`() async {
        let (keeper, status) = (KeptLane(), LaneStatus())
        let partition = KeptPartition(KeptPartition.records("old", 5))
        let running = Task { await lane(partition, keeper, status).run() }
        while keeper.row.anchor != LaneAnchor(offset: 4, identity: "old-4") { await Task.yield() }
        partition.recreate(KeptPartition.records("old", 9))
        while keeper.row.anchor != LaneAnchor(offset: 8, identity: "old-8") { await Task.yield() }
        #expect(status.problems.isEmpty)
        partition.revoke()
        await running.value
        #expect(keeper.row.applied == Array(0..<9))
    }
}
