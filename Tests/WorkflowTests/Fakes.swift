import Contracts
import Logging
import Synchronization
import Workflow

/// A keeper of one lane whose calls are what a test says; one that no test expected fails it.
struct OneLane: LaneKeeping {
    struct Unexpected: Error {}

    var messages: [OutgoingMessage] = []
    var claimed: LaneTicket?
    var recorded: @Sendable (Int64) -> Void = { _ in }
    var resumed: @Sendable (LaneTicket) async throws -> LaneTicket = { _ in throw Unexpected() }

    func log(cluster: String, incarnation: String) async throws -> (id: Int32, needsRebuild: Bool) { throw Unexpected() }
    func claim(log: Int32, group: String, topic: String, partition: Int32, owner: String) async throws -> LaneTicket {
        guard let claimed else { throw Unexpected() }
        return claimed
    }
    func borrow(pool: String, owner: String) async throws -> LaneTicket {
        LaneTicket(lane: 1, epoch: 1, laneSeq: 0, publishedThrough: 0)
    }
    func adopt(owner: String) async throws -> LaneTicket? { nil }
    func resume(_ ticket: LaneTicket) async throws -> LaneTicket { try await resumed(ticket) }
    func tail(of lane: Int32, after laneSeq: Int64, limit: Int) async throws -> [OutgoingMessage] {
        Array(messages.filter { $0.laneSeq > laneSeq }.prefix(limit))
    }
    func recordAttempt(_ ticket: LaneTicket, adding: Int32) async throws {}
    func withdrawAttempt(_ ticket: LaneTicket) async throws {}
    func recordAnchor(_ anchor: LaneAnchor, of ticket: LaneTicket) async throws -> Bool { true }
    func recordPublished(_ ticket: LaneTicket, through: Int64) async throws -> Bool {
        // As a pool of connections does.
        try Task.checkCancellation()
        recorded(through)
        return true
    }
    func release(_ ticket: LaneTicket) async throws {}
    func reject(
        _ record: IncomingRecord, from: RecordOrigin, because: RecordProblem, attempts: Int32, ticket: LaneTicket
    ) async throws -> LaneCommit { throw Unexpected() }
}

/// Remembers what was published; the first publication waits until it is let go.
actor HeldSink: MessageSink {
    private(set) var published: [Int64] = []
    /// How many messages each call had.
    private(set) var pages: [Int] = []
    private var isHeld = true
    private var holder: CheckedContinuation<Void, Never>?
    private var arrival: CheckedContinuation<Void, Never>?

    func publish(_ messages: [OutgoingMessage]) async throws {
        if isHeld {
            await withCheckedContinuation { continuation in
                holder = continuation
                arrival?.resume()
                arrival = nil
            }
        }
        published += messages.map(\.laneSeq)
        pages.append(messages.count)
    }

    /// Returns when the first publication is under way.
    func arrived() async {
        if holder == nil { await withCheckedContinuation { arrival = $0 } }
    }

    func letGo() {
        isHeld = false
        holder?.resume()
        holder = nil
    }
}

/// Takes everything but one message, so many times, and then that too: as where one partition is unavailable.
final class PartialSink: MessageSink {
    private struct Refused: Error {}

    private let broken: Int64
    private let failures: Int
    private let state = Mutex<(sent: [[Int64]], failures: Int)>(([], 0))

    init(broken: Int64, failures: Int) {
        self.broken = broken
        self.failures = failures
    }

    /// What was sent, call by call.
    var sent: [[Int64]] { state.withLock { $0.sent } }

    func publish(_ messages: [OutgoingMessage]) async throws {
        try state.withLock { state in
            state.sent.append(messages.map(\.laneSeq))
            guard state.failures < failures, let index = messages.firstIndex(where: { $0.laneSeq == broken }) else { return }
            state.failures += 1
            throw PublishingFailure(deliveredCount: index, cause: Refused())
        }
    }
}

/// Accepts everything at once.
struct OpenSink: MessageSink {
    func publish(_ messages: [OutgoingMessage]) async throws {}
}

func message(_ laneSeq: Int64) -> OutgoingMessage {
    OutgoingMessage(topic: .requests, laneSeq: laneSeq, key: nil, value: nil, headers: [.init("ce_id", "\(laneSeq)")], at: 0)
}

let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
