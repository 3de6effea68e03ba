import Contracts
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
        var state: RequestState = .waiting
        /// Found to wait for a reason, and why is written down.
        var isParkedForRoom = false
        var owner: Int?
        var events: [Event] = []
        var acceptedAt: Int64

        var lastSeq: Int32 { Int32(events.count) }
    }

    struct Deadline {
        var request: Int32
        var dueAt: Int64
        var isLive = true
        var firedAt: [Int64] = []
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
    var keys: [String: (body: Int, request: Int32)] = [:]
    var requests: [Int32: Request] = [:]
    var lastRequest: Int32 = 0
    var deadlines: [Int32: Deadline] = [:]
    var cadres: [Cadre] = []
    /// The `seq` counted last.
    var folded: [Int32: Int32] = [:]
    var figures: [EventKind: Int] = [:]
    var deadLetters: [DeadLetter] = []
    /// Requests a group leaves out since one of their records could not be handled.
    var parked: [String: Set<Int32>] = [:]
    /// Records each consuming lane has applied.
    var applied: [ConsumerKey: Set<RecordPlace>] = [:]
    /// Their identities and offsets, whatever the incarnation of the topic.
    var appliedAnchors: [ConsumerKey: Set<LaneAnchor>] = [:]
}

enum RequestState {
    case waiting, assigned, acknowledged, resolved, withdrawn

    var isOpen: Bool { self == .waiting || self == .assigned || self == .acknowledged }
}

enum EventKind: UInt8, CaseIterable {
    case received = 1, assigned, waits, acknowledged, declined, resolved, withdrawn, breached
}

/// Something that happened to a request; small enough to travel in a few bytes.
struct Event {
    var request: Int32
    var seq: Int32
    var kind: EventKind
    var cadre: Int8 = -1
    /// Which call of a client caused it; 0: none.
    var cause: Int32 = 0

    var identity: String { "\(request)-\(seq)" }

    func message(laneSeq: Int64) -> OutgoingMessage {
        var value: [UInt8] = [kind.rawValue, UInt8(bitPattern: cadre)]
        for number in [request, seq, cause] {
            for shift in [0, 8, 16, 24] { value.append(UInt8(truncatingIfNeeded: number >> Int32(shift))) }
        }
        return OutgoingMessage(
            topic: .requests, laneSeq: laneSeq, key: Array(value[2..<6]), value: value,
            headers: [.init("ce_id", identity)], at: 0)
    }

    /// Nil: no event's record.
    init?(_ record: IncomingRecord) {
        guard let value = record.value, value.count == 14, let kind = EventKind(rawValue: value[0]) else { return nil }
        func number(_ at: Int) -> Int32 { (0..<4).reduce(0) { $0 | Int32(value[at + $1]) << Int32(8 * $1) } }
        self.init(
            request: number(2), seq: number(6), kind: kind, cadre: Int8(bitPattern: value[1]), cause: number(10))
    }

    init(request: Int32, seq: Int32, kind: EventKind, cadre: Int8 = -1, cause: Int32 = 0) {
        self.request = request
        self.seq = seq
        self.kind = kind
        self.cadre = cadre
        self.cause = cause
    }
}
