import Contracts
import Domain

/// A dead letter is named as the message it left as.
public typealias DeadLetterID = MessageID

/// Whether somebody still has to decide about a dead letter.
public enum DeadLetterState: String, Sendable, CaseIterable {
    case open
    /// Its work was done after all.
    case replayed
    /// Somebody decided that it is not to be done.
    case discarded
}

/// A record that could not be handled, as its row says; everything but the value, which may be personal.
public struct DeadLetter: Sendable {
    public var id: DeadLetterID
    public var state: DeadLetterState
    /// Where the record stood.
    public var origin: RecordOrigin
    public var offset: Int64
    /// Its time there, in milliseconds since 1970; nil for letters of earlier releases.
    public var timestamp: Int64?
    /// What the record is about, when its key says so; the group then leaves this request alone.
    public var request: RequestID?
    public var key: [UInt8]?
    public var headers: [OutgoingMessage.Header]
    /// Nil for a tombstone.
    public var valueByteCount: Int?
    public var reason: String
    public var detail: String
    /// How often it was tried, failed replays included.
    public var attempts: Int32
    public var at: Instant
    /// Why the last replay failed.
    public var replayProblem: String?
    public var settled: Settlement?
    /// The request has been left alone since; nil when the group does not leave it alone.
    public var parkedSince: Instant?

    /// What became of it.
    public struct Settlement: Sendable {
        public var at: Instant
        public var by: String
        public var because: String?

        public init(at: Instant, by: String, because: String?) {
            self.at = at
            self.by = by
            self.because = because
        }
    }

    public init(
        id: DeadLetterID, state: DeadLetterState, origin: RecordOrigin, offset: Int64, timestamp: Int64?,
        request: RequestID?, key: [UInt8]?, headers: [OutgoingMessage.Header], valueByteCount: Int?, reason: String,
        detail: String, attempts: Int32, at: Instant, replayProblem: String?, settled: Settlement?, parkedSince: Instant?
    ) {
        self.id = id
        self.state = state
        self.origin = origin
        self.offset = offset
        self.timestamp = timestamp
        self.request = request
        self.key = key
        self.headers = headers
        self.valueByteCount = valueByteCount
        self.reason = reason
        self.detail = detail
        self.attempts = attempts
        self.at = at
        self.replayProblem = replayProblem
        self.settled = settled
        self.parkedSince = parkedSince
    }
}

/// Which dead letters; nil stands for all.
public struct DeadLetterFilter: Sendable {
    public var state: DeadLetterState?
    public var group: String?
    public var topic: String?
    public var reason: String?

    public init(
        state: DeadLetterState? = .open, group: String? = nil, topic: String? = nil, reason: String? = nil
    ) {
        self.state = state
        self.group = group
        self.topic = topic
        self.reason = reason
    }
}
