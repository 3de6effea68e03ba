import Contracts

/// The right to run transactions on one lane, as claimed: valid while the lane's row still carries ``epoch``.
public struct LaneTicket: Sendable {
    public let lane: Int32
    public let epoch: Int64
    /// Consuming lanes: the first offset not yet applied.
    public var nextOffset: Int64
    /// Consuming lanes: identity of the record at `nextOffset - 1`.
    public var lastIdentity: String?
    /// The number of the last message committed through the lane.
    public var laneSeq: Int64
    /// Messages up to here are on their topics. Each transaction carries it to the row.
    public var publishedThrough: Int64
    /// Batches tried since a transaction last succeeded of which nobody has said that they failed: their workers died,
    /// or are at it. Idle claims do not count.
    public var claimsSinceProgress: Int32
    /// Consuming lanes: a record applied before, by which the topic is known again; nil when none was.
    public var anchor: LaneAnchor?
    /// Consuming lanes: it has applied nothing yet, and bootstrapped nothing.
    public var isNew: Bool

    public init(
        lane: Int32, epoch: Int64, nextOffset: Int64 = 0, lastIdentity: String? = nil, laneSeq: Int64,
        publishedThrough: Int64, claimsSinceProgress: Int32 = 0, anchor: LaneAnchor? = nil, isNew: Bool = false
    ) {
        self.lane = lane
        self.epoch = epoch
        self.nextOffset = nextOffset
        self.lastIdentity = lastIdentity
        self.laneSeq = laneSeq
        self.publishedThrough = publishedThrough
        self.claimsSinceProgress = claimsSinceProgress
        self.anchor = anchor
        self.isNew = isNew
    }

    /// The ticket after a batch of records: what the transaction writes to the lane's row when it commits.
    public func advanced(past records: [IncomingRecord]) -> LaneTicket {
        guard let last = records.last else { return self }
        var next = self
        next.nextOffset = last.offset + 1
        next.lastIdentity = last.identity
        return next
    }
}

/// What a committed transaction left to publish.
public struct LaneCommit: Sendable {
    /// In order of their numbers, without gaps, ending at ``laneSeq``. Empty when nothing was emitted.
    public var messages: [OutgoingMessage]
    public var laneSeq: Int64

    public init(messages: [OutgoingMessage], laneSeq: Int64) {
        self.messages = messages
        self.laneSeq = laneSeq
    }
}

/// Why a lane's transaction did not happen, or may have.
public enum LaneFault: Error, Sendable, Hashable {
    /// Another worker claimed the lane. Stop writing; claim again only while still assigned.
    case fenced
    /// PostgreSQL cannot be reached or is out of resources: nothing happened; back off, count nothing.
    case unavailable(String)
    /// The connection was lost while COMMIT was on its way: read the lane to learn what happened.
    case outcomeUnknown
    /// The topic is not the one this lane's offsets belong to. Stop with an alarm; `tuesday lanes recover`.
    case wrongPlace(String)
    /// The register changed under the decision: load that version and decide again.
    case registerChanged(Int64)
    /// The statement failed for a reason that will come again.
    case failed(String)

    /// A number of a lane has no message, and later ones were committed: its tables are damaged.
    static func missing(_ number: Int64, of ticket: LaneTicket, committed: Int64) -> LaneFault {
        .failed("lane \(ticket.lane) committed messages up to \(committed), but \(number) is not in its tables")
    }
}
