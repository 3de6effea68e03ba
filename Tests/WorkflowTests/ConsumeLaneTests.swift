import Contracts
import Synchronization
import Testing
import Workflow

/// Where a lane begins when the first records of its partition are gone.
@Suite(.timeLimit(.minutes(1)))
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
