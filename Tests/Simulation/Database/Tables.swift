import Contracts
import Domain
import Workflow

/// What is committed: the tables of PostgreSQL, as far as the protocol needs them.
struct Tables {
    struct ConsumerKey: Hashable {
        var group: String
        var partition: Int32
    }

    struct Lane {
        let id: Int32
        /// Consuming lanes.
        var consumer: ConsumerKey?
        /// Pool lanes.
        var pool: String?
        var epoch: Int64 = 0
        var nextOffset: Int64 = 0
        var lastIdentity: String?
        var anchor: LaneAnchor?
        var claims: Int32 = 0
        var laneSeq: Int64 = 0
        var publishedThrough: Int64 = 0
        var leaseUntil: Int64 = 0
        /// Messages committed through the lane, in order: number 1 first.
        var messages: [OutgoingMessage] = []
    }

    struct Request {
        var key: String
        var status: RequestStatus
        var events: [Event] = []
        var reopenings: [Instant] = []

        var lastSeq: Int32 { Int32(events.count) }
        /// Found to wait for a reason, and why is written down.
        var waitsForRoom: Bool { status.state == .waiting && status.reason != .routing }
    }

    struct FollowedDeadline {
        var deadline: Deadline
        /// Nil: nothing fires on it any more.
        var nextAt: Instant?
        var isKept = false
        var firings: [Fired] = []

        init(_ deadline: Deadline) { (self.deadline, nextAt) = (deadline, deadline.nextAt) }

        struct Fired {
            var stage: DeadlineStage
            var at: Instant
            var outcomes: [FiringOutcome]
        }
    }

    struct Cadre {
        var open = 0
        let capacity: Int
        var most = 0
    }

    struct DeadLetter {
        var group: String
        var partition: Int32
        var place: RecordPlace
    }

    /// A record of a partition that may have been made anew.
    struct RecordPlace: Hashable {
        var incarnation: Int64
        var offset: Int64

        init(_ record: IncomingRecord) {
            incarnation = record.timestamp
            offset = record.offset
        }
    }

    var lanes: [Int32: Lane] = [:]
    var laneOf: [ConsumerKey: Int32] = [:]
    var lastLane: Int32 = 0
    /// By idempotency key: the body, and the request it became.
    var keys: [String: (body: Int, request: RequestID)] = [:]
    var requests: [RequestID: Request] = [:]
    var lastRequest: UInt128 = 0
    var deadlines: [Promise: FollowedDeadline] = [:]
    var cadres: [Cadre] = []
    /// The `seq` counted last.
    var folded: [RequestID: Int32] = [:]
    var figures: [EventType: Int] = [:]
    var deadLetters: [DeadLetter] = []
    /// Requests a group leaves out since one of their records could not be handled.
    var parked: [String: Set<RequestID>] = [:]
    /// Records each consuming lane has applied.
    var applied: [ConsumerKey: Set<RecordPlace>] = [:]
    /// Their identities and offsets, whatever the incarnation of the topic.
    var appliedAnchors: [ConsumerKey: Set<LaneAnchor>] = [:]
}

/// The key of a deadline.
struct Promise: Hashable, Comparable {
    var request: RequestID
    var kind: DeadlineKind
    var epoch: Int32

    init(_ deadline: Deadline) { (request, kind, epoch) = (deadline.request, deadline.kind, deadline.epoch) }

    /// The present promise to answer.
    init(resolving status: RequestStatus) { (request, kind, epoch) = (status.id, .resolve, status.timerEpoch) }

    static func < (left: Promise, right: Promise) -> Bool {
        (left.request, left.kind.rawValue, left.epoch) < (right.request, right.kind.rawValue, right.epoch)
    }
}
