import Contracts
import Domain

/// Keeps the lanes' rows. Every method is one short transaction.
public protocol LaneKeeping: Sendable {
    /// Finds or makes the row of this Kafka log. `hasEvents` is true when PostgreSQL holds events but this log was
    /// never rebuilt from them: workers then are not ready.
    func log(cluster: String, incarnation: String) async throws -> (id: Int32, needsRebuild: Bool)
    /// Claims a consuming lane: terminates a blocking backend after two seconds, raises the epoch.
    func claim(log: Int32, group: String, topic: String, partition: Int32, owner: String) async throws -> LaneTicket
    /// Borrows a pool lane whose lease ran out, or makes one.
    func borrow(pool: String, owner: String) async throws -> LaneTicket
    /// Takes over the lane, of any kind, that has waited longest since its lease ran out with messages unpublished. Nil: there
    /// is none.
    func adopt(owner: String) async throws -> LaneTicket?
    /// Waits for the lane's row lock, then reads it. Throws ``LaneFault/fenced`` when the epoch moved on.
    func resume(_ ticket: LaneTicket) async throws -> LaneTicket
    /// Messages after `laneSeq`, in order and without a gap: at most `limit`, fewer where they are large, one at least if
    /// there is one.
    func tail(of lane: Int32, after laneSeq: Int64, limit: Int) async throws -> [OutgoingMessage]
    /// Counts that a batch is about to be tried: the count that only progress resets. Throws ``LaneFault/fenced``, and has
    /// counted nothing, when the epoch moved on.
    func recordAttempt(_ ticket: LaneTicket, adding: Int32) async throws
    /// Takes back one attempt that failed without killing whoever made it.
    ///
    /// Not fenced: it is as true when somebody else has the lane meanwhile, whose own attempts are counted beside it.
    /// Does nothing once the lane has moved past the ticket's place, nor, while the epoch holds, when no more is counted
    /// than the ticket says.
    func withdrawAttempt(_ ticket: LaneTicket) async throws
    /// Writes by which record the lane's topic is known again, if the epoch still holds.
    ///
    /// - Returns: whether it did.
    func recordAnchor(_ anchor: LaneAnchor, of ticket: LaneTicket) async throws -> Bool
    /// Writes how far publishing got and renews the lease, if the epoch still holds and no transaction is at the row.
    ///
    /// - Returns: whether it did.
    @discardableResult
    func recordPublished(_ ticket: LaneTicket, through: Int64) async throws -> Bool
    /// Ends the lease.
    func release(_ ticket: LaneTicket) async throws
    /// Moves past one record that cannot be handled: dead letter and advance in one transaction.
    func reject(_ record: IncomingRecord, from: RecordOrigin, because: RecordProblem, attempts: Int32, ticket: LaneTicket)
        async throws -> LaneCommit
}

/// Where records come from.
public struct RecordOrigin: Sendable, Hashable {
    public var group: String
    public var topic: String
    public var partition: Int32

    public init(group: String, topic: String, partition: Int32) {
        self.group = group
        self.topic = topic
        self.partition = partition
    }
}

/// Puts messages on their topics.
public protocol MessageSink: Sendable {
    /// Returns when every message has its delivery report.
    /// - Throws: ``PublishingFailure`` when it is known how many of the first were delivered. After any other error none is
    ///   known to be. All the rest may be sent again.
    func publish(_ messages: [OutgoingMessage]) async throws
}

/// Not every message was delivered.
public struct PublishingFailure: Error, CustomStringConvertible {
    /// How many were, from the first on and without a gap. Later ones may be on their topics as well, and do not count: a
    /// lane's position says of everything before it that it was delivered.
    public var deliveredCount: Int
    /// Why the one behind these was not.
    public var cause: any Error

    public init(deliveredCount: Int, cause: any Error) {
        self.deliveredCount = deliveredCount
        self.cause = cause
    }

    public var description: String { "\(cause)" }
}

/// One assigned partition.
public protocol RecordSource: Sendable {
    var origin: RecordOrigin { get }
    /// False once the group gave the partition to somebody else: then the lane must not be claimed again.
    var isAssigned: Bool { get }
    /// Begins at an offset. To be called before ``next(maximumRecords:)``, and again to go back.
    func start(at offset: Int64) async throws
    /// Waits for at least one record, and a little longer for a full batch: ``next(maximumRecords:)`` then has them at once,
    /// whatever becomes of the topic meanwhile. False: the partition is no longer ours.
    func hasRecords(maximumRecords: Int) async throws -> Bool
    /// What is there, at least one record, for which it waits. Nil: the partition is no longer ours.
    func next(maximumRecords: Int) async throws -> [IncomingRecord]?
    /// For lag monitors only.
    func commit(_ nextOffset: Int64) async
    /// The record at one offset, or nil when the log does not have it.
    func record(at offset: Int64) async throws -> IncomingRecord?
    /// The record at an offset, or the next one where none stands there: a mark of a transaction, what it aborted, what was
    /// compacted away. Nil: there is none up to the end, or the partition begins further on.
    func firstRecord(from offset: Int64) async throws -> IncomingRecord?
    func watermarks() async throws -> (low: Int64, high: Int64)
}

extension RecordSource {
    public func hasRecords(maximumRecords: Int) async throws -> Bool { true }
}

/// What a consumer does with a batch: exactly one transaction on the ticket's lane.
public protocol BatchHandler: Sendable {
    /// - Parameters:
    ///   - records: in order of offset; never empty.
    ///   - ticket: already advanced past `records`; to be committed with the effects.
    func handle(_ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket) async throws -> LaneCommit
    /// Called when a lane that has applied nothing begins although its partition's first records are gone: whoever can
    /// reads what they said from PostgreSQL, and commits the lane's place with the last of it. Until then the lane has applied
    /// nothing, so that whoever claims it after a crash begins this again.
    ///
    /// - Parameters:
    ///   - low: the first offset the partition holds.
    ///   - progressed: to be called at least every few seconds.
    /// - Throws: ``LaneFault/wrongPlace(_:)`` from whoever cannot; an operator recovers the lane then.
    func bootstrap(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws
}

extension BatchHandler {
    public func bootstrap(ticket: LaneTicket, upTo low: Int64, progressed: @Sendable () -> Void) async throws {
        throw LaneFault.wrongPlace(
            "the partition begins at offset \(low), and nobody has read what was before; "
                + "run `tuesday lanes recover`")
    }
}
