import Contracts
import Domain
import Synchronization
import Workflow

/// One lane and its partition in memory: what PostgreSQL and Kafka are to a lane, as far as a test of the watchdog goes.
final class MemoryLane: LaneKeeping, MessageSink {
    private struct Row {
        var epoch: Int64 = 0
        var nextOffset: Int64 = 0
        var applied: [Int64] = []
        var fencedCount = 0
    }

    static let origin = RecordOrigin(group: "tuesday-stats", topic: Topic.requests.rawValue, partition: 0)
    let records: [IncomingRecord]
    private let row = Mutex(Row())

    init(recordCount: Int64) {
        records = (0..<recordCount).map {
            IncomingRecord(offset: $0, key: nil, value: [UInt8($0)], headers: [], timestamp: $0)
        }
    }

    /// Every offset whose effect was committed, in order.
    var applied: [Int64] { row.withLock { $0.applied } }
    var fencedCount: Int { row.withLock { $0.fencedCount } }

    /// A transaction: effects and advance together, for the holder of the epoch only.
    func commit(_ batch: [IncomingRecord], _ ticket: LaneTicket) throws -> LaneCommit {
        try row.withLock { row in
            guard row.epoch == ticket.epoch else {
                row.fencedCount += 1
                throw LaneFault.fenced
            }
            row.applied += batch.map(\.offset)
            row.nextOffset = ticket.nextOffset
        }
        return LaneCommit(messages: [], laneSeq: 0)
    }

    func claim(log: Int32, group: String, topic: String, partition: Int32, owner: String) async throws -> LaneTicket {
        row.withLock { row in
            row.epoch += 1
            return LaneTicket(
                lane: 1, epoch: row.epoch, nextOffset: row.nextOffset, laneSeq: 0, publishedThrough: 0,
                isNew: row.epoch == 1)
        }
    }

    func log(cluster: String, incarnation: String) async throws -> (id: Int32, needsRebuild: Bool) { (1, false) }
    func tail(of lane: Int32, after laneSeq: Int64, limit: Int) async throws -> [OutgoingMessage] { [] }
    func recordAttempt(_ ticket: LaneTicket, adding: Int32) async throws {}
    func withdrawAttempt(_ ticket: LaneTicket) async throws {}
    func recordAnchor(_ anchor: LaneAnchor, of ticket: LaneTicket) async throws -> Bool { true }
    func recordPublished(_ ticket: LaneTicket, through: Int64) async throws -> Bool { true }
    func release(_ ticket: LaneTicket) async throws {}
    func publish(_ messages: [OutgoingMessage]) async throws {}
    func borrow(pool: String, owner: String) async throws -> LaneTicket { fatalError("no pool lane is expected") }
    func adopt(owner: String) async throws -> LaneTicket? { fatalError("nobody adopts here") }
    func resume(_ ticket: LaneTicket) async throws -> LaneTicket { fatalError("no COMMIT is lost here") }
    func reject(
        _ record: IncomingRecord, from: RecordOrigin, because: RecordProblem, attempts: Int32, ticket: LaneTicket
    ) async throws -> LaneCommit { fatalError("no record is bad here") }
}

/// Opens once, for everybody who waits.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let opening: AsyncStream<Void>.Continuation

    init() { (stream, opening) = AsyncStream.makeStream() }

    func open() { opening.finish() }

    /// For one waiter. Waits on when the task is cancelled: what hangs does not listen.
    func wait() async {
        let stream = stream
        await Task.detached { for await _ in stream {} }.value
    }
}
