import Contracts
import Domain

/// A request with its life, for those who may see it. Never a resident's name, phone or e-mail.
public struct RequestView: Sendable {
    public struct EventLine: Sendable {
        public var seq: Int32
        public var type: String
        public var at: Instant
        /// The published JSON.
        public var body: [UInt8]

        public init(seq: Int32, type: String, at: Instant, body: [UInt8]) {
            self.seq = seq
            self.type = type
            self.at = at
            self.body = body
        }
    }

    public struct DeadlineLine: Sendable {
        public var kind: String
        public var epoch: Int32
        public var dueAt: Instant
        public var metAt: Instant?
        public var breachedAt: Instant?

        public init(kind: String, epoch: Int32, dueAt: Instant, metAt: Instant?, breachedAt: Instant?) {
            self.kind = kind
            self.epoch = epoch
            self.dueAt = dueAt
            self.metAt = metAt
            self.breachedAt = breachedAt
        }
    }

    public var status: RequestStatus
    public var county: String
    public var town: String
    public var village: String
    public var service: String
    public var serviceName: String
    /// Code and name of the owner.
    public var owner: String?
    public var ownerName: String?
    public var priority: Int16
    public var submittedAt: Instant
    public var assignedAt: Instant?
    public var acknowledgedAt: Instant?
    public var closedAt: Instant?
    /// Filled for a single request only.
    public var events: [EventLine] = []
    public var deadlines: [DeadlineLine] = []

    public init(
        status: RequestStatus, county: String, town: String, village: String, service: String, serviceName: String,
        owner: String?, ownerName: String?, priority: Int16, submittedAt: Instant, assignedAt: Instant?,
        acknowledgedAt: Instant?, closedAt: Instant?
    ) {
        self.status = status
        self.county = county
        self.town = town
        self.village = village
        self.service = service
        self.serviceName = serviceName
        self.owner = owner
        self.ownerName = ownerName
        self.priority = priority
        self.submittedAt = submittedAt
        self.assignedAt = assignedAt
        self.acknowledgedAt = acknowledgedAt
        self.closedAt = closedAt
    }
}

/// Which requests to list: newest first, after a cursor.
public struct RequestFilter: Sendable {
    public var village: String?
    /// A cadre's code: only what the cadre owns now.
    public var owner: String?
    public var isOpen: Bool?
    /// Only requests with smaller ids than this one.
    public var before: RequestID?
    /// How many a page holds at most.
    public var limit: Int

    public init(village: String? = nil, owner: String? = nil, isOpen: Bool? = nil, before: RequestID? = nil, limit: Int = 50) {
        self.village = village
        self.owner = owner
        self.isOpen = isOpen
        self.before = before
        self.limit = limit
    }
}

/// Requests of a list, newest first.
public struct RequestPage: Sendable {
    public var requests: [RequestView]
    /// What the next page's ``RequestFilter/before`` is; nil on the last page.
    ///
    /// A page that has one may be short, even empty: few of the many requests that were looked through passed the filter.
    public var next: RequestID?

    public init(requests: [RequestView], next: RequestID?) {
        self.requests = requests
        self.next = next
    }
}

/// A few figures of the whole installation, for the page of the live state.
public struct LiveFigures: Sendable {
    public var byState: [(state: String, count: Int64)]
    public var waitingByReason: [(reason: String, count: Int64)]
    public var breached: Int64
    public var now: Instant

    public init(
        byState: [(state: String, count: Int64)], waitingByReason: [(reason: String, count: Int64)], breached: Int64,
        now: Instant
    ) {
        self.byState = byState
        self.waitingByReason = waitingByReason
        self.breached = breached
        self.now = now
    }
}

/// Reads requests from the system of record.
public protocol RequestReading: Sendable {
    func request(_ id: RequestID) async throws -> RequestView?
    func requests(_ filter: RequestFilter) async throws -> RequestPage
    /// The key of a cadre's code, if one county has it.
    func cadre(code: String) async throws -> Cadre.ID?
    func liveFigures() async throws -> LiveFigures
}
