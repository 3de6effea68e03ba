import Contracts
import Synchronization
import Testing

@testable import Workflow

/// Where a lane begins when the first records of its partition are gone, and what becomes of one that fails.
@Suite(.timeLimit(.minutes(5)))
struct ConsumeLaneTests {
    @Test(arguments: [true, false])
    func `A lane that has applied nothing does not go on beyond lost records by itself`(isNew: Bool) async {
        let (partition, status) = (Truncated(low: 7), LaneStatus())
        let lane = lane(partition, Plain(), isNew: isNew, status)
        let running = Task { await lane.run() }
        while status.problems.isEmpty { await Task.yield() }
        #expect(status.problems.allSatisfy { $0.contains("stopped") && $0.contains("tuesday lanes recover") })
        #expect(partition.startedAt == nil)
        running.cancel()
        await running.value
    }

    @Test func `Who reads from PostgreSQL what the lost records said begins with the first that is left`() async {
        let (partition, handler) = (Truncated(low: 7), Reader())
        await lane(partition, handler, isNew: true, LaneStatus()).run()
        #expect(partition.startedAt == 7)
        #expect(handler.bootstrappedAt == 7)
    }

    private struct Broken: Error {}

    /// Applies what comes.
    private struct Applying: BatchHandler {
        let keeper: KeptLane

        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit { try keeper.commit(records, ticket) }
    }

    private func lane(_ partition: KeptPartition, _ keeper: KeptLane, _ status: LaneStatus = LaneStatus()) -> ConsumeLane {
        ConsumeLane(
            source: partition, handler: Applying(keeper: keeper), keeper: keeper, sink: OpenSink(), log: silence,
            owner: "test", logID: 1, limits: ConsumeLimits(maximumRecords: 1), turns: Turns(1), status: status)
    }

    @Test func `A lane whose every fetch fails is claimed some dozen times in two minutes`() async {
        let keeper = KeptLane()
        let waited = Mutex(0)
        let partition = KeptPartition(KeptPartition.records("r", 3), fetches: { throw Broken() })
        var lane = lane(partition, keeper)
        lane.backOff = { failures in
            let milliseconds = waited.withLock { waited in
                waited += Backoff.mostMilliseconds(failures) / 2
                return waited
            }
            if milliseconds >= 120_000 { partition.revoke() }
        }
        await lane.run()
        #expect(keeper.row.epoch <= 60, "\(keeper.row.epoch) claims")
    }

    @Test func `A lane that fails after each batch has got on, and does not wait longer and longer`() async {
        let keeper = KeptLane()
        let waits = Mutex<[Int]>([])
        let fetches = Mutex(0)
        let partition = KeptPartition(KeptPartition.records("r", 4)) {
        } fetches: {
            let count = fetches.withLock { fetches in
                fetches += 1
                return fetches
            }
            if count.isMultiple(of: 2) { throw Broken() }
        }
        var lane = lane(partition, keeper)
        lane.backOff = { failures in
            waits.withLock { $0.append(failures) }
            if keeper.row.applied.count == 4 { partition.revoke() }
        }
        await lane.run()
        #expect(waits.withLock { $0 } == [1, 1, 1, 1])
    }

    @Test func `What a partition that was taken away still throws is no failure of the lane`() async {
        let waits = Mutex(0)
        let taken = Mutex<KeptPartition?>(nil)
        let partition = KeptPartition(KeptPartition.records("r", 3)) {
        } fetches: {
            taken.withLock { $0?.revoke() }
            throw Broken()
        }
        taken.withLock { $0 = partition }
        let status = LaneStatus()
        var lane = lane(partition, KeptLane(), status)
        lane.backOff = { _ in waits.withLock { $0 += 1 } }
        await lane.run()
        #expect(waits.withLock { $0 } == 0)
        #expect(status.problems == [])
    }

    @Test func `What a lane has left unpublished is for others as long as it cannot begin`() async {
        let (keeper, sink) = (KeptLane(), HeldSink())
        let looked = Mutex(false)
        keeper.leaveTail(3)
        await sink.letGo()
        let status = LaneStatus()
        var lane = lane(KeptPartition(KeptPartition.records("r", 3), answers: { throw Broken() }), keeper, status)
        // It does not come back before another worker has looked.
        lane.backOff = { _ in while !Task.isCancelled { await Task.yield() } }
        let running = Task { [lane] in await lane.run() }
        while status.problems.isEmpty { await Task.yield() }
        let adopting = Task {
            let others = AdoptLanes(keeper: keeper, sink: sink, owner: "other", log: silence)
            await others.run { _ in looked.withLock { $0 = true } }
        }
        while !looked.withLock({ $0 }) { await Task.yield() }
        #expect(await sink.published == [1, 2, 3])
        #expect(keeper.row.published == 3)
        for task in [running, adopting] {
            task.cancel()
            await task.value
        }
    }

    @Test func `A lane that is cancelled before it has begun is free, unless somebody else has it`() async {
        for isTaken in [false, true] {
            let keeper = KeptLane()
            let lane = lane(
                KeptPartition([]) {
                    while true {
                        try Task.checkCancellation()
                        await Task.yield()
                    }
                }, keeper)
            let running = Task { await lane.run() }
            while keeper.row.epoch == 0 { await Task.yield() }
            if isTaken { _ = try? await keeper.claim(log: 1, group: "", topic: "", partition: 0, owner: "other") }
            running.cancel()
            await running.value
            #expect(keeper.row.isLeased == isTaken)
        }
    }

    private func lane(
        _ partition: Truncated, _ handler: any BatchHandler, isNew: Bool, _ status: LaneStatus
    ) -> ConsumeLane {
        var keeper = OneLane()
        keeper.claimed = LaneTicket(lane: 1, epoch: isNew ? 1 : 2, laneSeq: 0, publishedThrough: 0, isNew: isNew)
        return ConsumeLane(
            source: partition, handler: handler, keeper: keeper, sink: OpenSink(), log: silence, owner: "test", logID: 1,
            limits: ConsumeLimits(), turns: Turns(1), status: status)
    }

    /// A partition without its first records, which is given to somebody else as soon as it is read.
    private final class Truncated: RecordSource {
        let origin = RecordOrigin(group: "tuesday-followup", topic: Topic.requests.rawValue, partition: 0)
        private let low: Int64
        private let start = Mutex<Int64?>(nil)

        init(low: Int64) { self.low = low }

        var startedAt: Int64? { start.withLock { $0 } }
        var isAssigned: Bool { startedAt == nil }
        func start(at offset: Int64) async throws { start.withLock { $0 = offset } }
        func hasRecords(maximumRecords: Int) async throws -> Bool { false }
        func next(maximumRecords: Int) async throws -> [IncomingRecord]? { nil }
        func commit(_ nextOffset: Int64) async {}
        func record(at offset: Int64) async throws -> IncomingRecord? { nil }
        func firstRecord(from offset: Int64) async throws -> IncomingRecord? { nil }
        func watermarks() async throws -> (low: Int64, high: Int64) { (low, low + 3) }
    }

    /// Who reads them from PostgreSQL.
    private final class Reader: BatchHandler {
        private let place = Mutex<Int64?>(nil)

        var bootstrappedAt: Int64? { place.withLock { $0 } }

        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit { throw OneLane.Unexpected() }

        func bootstrap(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws {
            place.withLock { $0 = low }
        }
    }

    /// Who says nothing about lost records.
    private struct Plain: BatchHandler {
        func handle(
            _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
        ) async throws -> LaneCommit { throw OneLane.Unexpected() }
    }
}
