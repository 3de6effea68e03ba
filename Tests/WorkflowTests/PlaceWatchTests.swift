import Contracts
import Synchronization
import Testing
import Workflow

/// A topic that is made anew while a lane reads it.
@Suite(.timeLimit(.minutes(1)))
struct PlaceWatchTests {
    private struct Applying: BatchHandler {
        let keeper: KeptLane

        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit { try keeper.commit(records, ticket) }
    }

    private func lane(_ partition: KeptPartition, _ keeper: KeptLane, _ status: LaneStatus) -> ConsumeLane {
        ConsumeLane(
            source: partition, handler: Applying(keeper: keeper), keeper: keeper, sink: OpenSink(), log: silence,
            owner: "test", logID: 1, limits: ConsumeLimits(maximumRecords: 3, placeInterval: .milliseconds(1)),
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
