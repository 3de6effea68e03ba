import Contracts
import Domain
import Synchronization
import Workflow

/// One lane's row in memory, as PostgreSQL keeps it from one worker to the next.
final class KeptLane: LaneKeeping {
    struct Unexpected: Error {}

    struct Row: Sendable {
        var epoch: Int64 = 0
        var nextOffset: Int64 = 0
        var lastIdentity: String?
        var anchor: LaneAnchor?
        var claims: Int32 = 0
        /// So many attempts are counted and nobody hears of it.
        var lostAnswers = 0
        var applied: [Int64] = []
        var rejected: [Int64] = []
        /// Messages committed and published; those after `published` are its tail.
        var committed: Int64 = 0
        var published: Int64 = 0
        /// Its lease lasts: time never ends it here.
        var isLeased = false
    }

    private final class Kept: Sendable {
        let row = Mutex(Row())
    }

    private let kept: Kept
    private let gate: @Sendable () async -> Void

    convenience init() { self.init(Kept()) {} }

    private init(_ kept: Kept, gate: @escaping @Sendable () async -> Void) {
        self.kept = kept
        self.gate = gate
    }

    /// The same row, for somebody whose every call waits at the gate first.
    func behind(_ gate: @escaping @Sendable () async -> Void) -> KeptLane { KeptLane(kept, gate: gate) }

    var row: Row { kept.row.withLock { $0 } }

    /// A transaction that applies the records and advances the lane.
    func commit(_ records: [IncomingRecord], _ ticket: LaneTicket) throws -> LaneCommit {
        try advance(ticket) { $0.applied += records.map(\.offset) }
    }

    /// The next so many attempts are counted, and the answers lost.
    func loseAnswers(_ count: Int) { kept.row.withLock { $0.lostAnswers = count } }

    /// So many messages were committed through the lane, and nobody has published them.
    func leaveTail(_ count: Int64) { kept.row.withLock { $0.committed = count } }

    /// As `tuesday lanes recover` does.
    func putBack() {
        kept.row.withLock { row in
            row.epoch += 1
            (row.nextOffset, row.lastIdentity, row.anchor) = (0, nil, nil)
        }
    }

    private func advance(_ ticket: LaneTicket, _ effects: (inout Row) -> Void) throws -> LaneCommit {
        try kept.row.withLock { row in
            guard row.epoch == ticket.epoch else { throw LaneFault.fenced }
            effects(&row)
            row.nextOffset = ticket.nextOffset
            row.lastIdentity = ticket.lastIdentity
            row.claims = 0
            if row.anchor == nil, let identity = ticket.lastIdentity {
                row.anchor = LaneAnchor(offset: ticket.nextOffset - 1, identity: identity)
            }
        }
        return LaneCommit(messages: [], laneSeq: ticket.laneSeq)
    }

    func claim(log: Int32, group: String, topic: String, partition: Int32, owner: String) async throws -> LaneTicket {
        await gate()
        return kept.row.withLock { row in
            row.epoch += 1
            row.isLeased = true
            return LaneTicket(
                lane: 1, epoch: row.epoch, nextOffset: row.nextOffset, lastIdentity: row.lastIdentity,
                laneSeq: row.committed, publishedThrough: row.published, claimsSinceProgress: row.claims,
                anchor: row.anchor, isNew: row.epoch == 1)
        }
    }

    func recordAttempt(_ ticket: LaneTicket, adding attempts: Int32) async throws {
        await gate()
        try kept.row.withLock { row in
            guard row.epoch == ticket.epoch else { throw LaneFault.fenced }
            row.claims += attempts
            if row.lostAnswers > 0 {
                row.lostAnswers -= 1
                throw LaneFault.unavailable("the answer was lost")
            }
        }
    }

    func withdrawAttempt(_ ticket: LaneTicket) async throws {
        await gate()
        kept.row.withLock { row in
            let least = row.epoch == ticket.epoch ? ticket.claimsSinceProgress : 0
            if row.nextOffset == ticket.nextOffset, row.claims > least { row.claims -= 1 }
        }
    }

    func recordAnchor(_ anchor: LaneAnchor, of ticket: LaneTicket) async throws -> Bool {
        await gate()
        return kept.row.withLock { row in
            if row.epoch == ticket.epoch { row.anchor = anchor }
            return row.epoch == ticket.epoch
        }
    }

    func reject(
        _ record: IncomingRecord, from: RecordOrigin, because: RecordProblem, attempts: Int32, ticket: LaneTicket
    ) async throws -> LaneCommit {
        await gate()
        return try advance(ticket) { $0.rejected.append(record.offset) }
    }

    func tail(of lane: Int32, after laneSeq: Int64, limit: Int) async throws -> [OutgoingMessage] {
        (laneSeq + 1..<max(laneSeq, row.committed) + 1).prefix(limit).map { message($0) }
    }

    func recordPublished(_ ticket: LaneTicket, through: Int64) async throws -> Bool {
        kept.row.withLock { row in
            if row.epoch == ticket.epoch { row.published = max(row.published, through) }
            return row.epoch == ticket.epoch
        }
    }

    /// As PostgreSQL's client: who was cancelled is not served.
    func release(_ ticket: LaneTicket) async throws {
        await gate()
        try Task.checkCancellation()
        kept.row.withLock { row in
            if row.epoch == ticket.epoch { row.isLeased = false }
        }
    }

    func adopt(owner: String) async throws -> LaneTicket? {
        kept.row.withLock { row in
            guard !row.isLeased, row.published < row.committed else { return nil }
            row.epoch += 1
            row.isLeased = true
            return LaneTicket(lane: 1, epoch: row.epoch, laneSeq: row.committed, publishedThrough: row.published)
        }
    }

    func log(cluster: String, incarnation: String) async throws -> (id: Int32, needsRebuild: Bool) { throw Unexpected() }
    func borrow(pool: String, owner: String) async throws -> LaneTicket { throw Unexpected() }
    func resume(_ ticket: LaneTicket) async throws -> LaneTicket {
        try kept.row.withLock { row in
            guard row.epoch == ticket.epoch else { throw LaneFault.fenced }
            var found = ticket
            (found.nextOffset, found.lastIdentity) = (row.nextOffset, row.lastIdentity)
            return found
        }
    }
}

/// A partition in memory, which can be made anew under whoever reads it.
final class KeptPartition: RecordSource {
    private struct State {
        var log: [IncomingRecord]
        var position: Int64 = 0
        var isAssigned = true

        /// What there is to read.
        var rest: ArraySlice<IncomingRecord> { log[(log.firstIndex { $0.offset >= position } ?? log.count)...] }
    }

    let origin = RecordOrigin(group: "tuesday-router", topic: Topic.requests.rawValue, partition: 0)
    private let state: Mutex<State>
    private let answers: @Sendable () async throws -> Void
    private let fetches: @Sendable () throws -> Void

    /// - Parameters:
    ///   - log: in order; offsets may be missing.
    ///   - answers: returns when the broker is to say how far the partition goes, or throws what it says instead.
    ///   - fetches: throws what comes instead of records.
    init(
        _ log: [IncomingRecord], answers: @escaping @Sendable () async throws -> Void = {},
        fetches: @escaping @Sendable () throws -> Void = {}
    ) {
        state = Mutex(State(log: log))
        self.answers = answers
        self.fetches = fetches
    }

    static func records(_ name: String, _ count: Int) -> [IncomingRecord] {
        (0..<count).map {
            IncomingRecord(
                offset: Int64($0), key: nil, value: nil, headers: [.init("ce_id", "\(name)-\($0)")], timestamp: 0)
        }
    }

    func recreate(_ log: [IncomingRecord]) { state.withLock { $0.log = log } }
    func revoke() { state.withLock { $0.isAssigned = false } }

    var isAssigned: Bool { state.withLock { $0.isAssigned } }
    func start(at offset: Int64) async throws { state.withLock { $0.position = offset } }

    func hasRecords(maximumRecords: Int) async throws -> Bool {
        while true {
            try Task.checkCancellation()
            let (isAssigned, isThere) = state.withLock { ($0.isAssigned, $0.position <= $0.log.last?.offset ?? -1) }
            if !isAssigned { return false }
            try fetches()
            if isThere { return true }
            await Task.yield()
        }
    }

    func next(maximumRecords: Int) async throws -> [IncomingRecord]? {
        state.withLock { state in
            guard state.isAssigned else { return nil }
            let batch = state.rest.prefix(maximumRecords)
            state.position = batch.last.map { $0.offset + 1 } ?? state.position
            return Array(batch)
        }
    }

    func commit(_ nextOffset: Int64) async {}

    func record(at offset: Int64) async throws -> IncomingRecord? {
        state.withLock { $0.log.first { $0.offset == offset } }
    }

    func firstRecord(from offset: Int64) async throws -> IncomingRecord? {
        state.withLock { $0.log.first { $0.offset >= offset } }
    }

    func watermarks() async throws -> (low: Int64, high: Int64) {
        try await answers()
        return state.withLock { (0, ($0.log.last?.offset ?? -1) + 1) }
    }
}
