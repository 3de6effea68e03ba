import Contracts
import Domain
import Logging
import Metrics

/// A request that may be routed now, as its locked row or its first event says.
public struct RoutingCase: Sendable {
    public var status: RequestStatus
    public var priority: Int16
    /// Cadres who declined it or stayed silent.
    public var excluded: Set<Cadre.ID>
    /// How often it has been found to wait; 0 for a new one.
    public var attempts: Int32
    /// It has a waiting row, to be taken away when somebody takes the request.
    public var isTimed: Bool

    public init(
        status: RequestStatus, priority: Int16, excluded: Set<Cadre.ID>, attempts: Int32, isTimed: Bool
    ) {
        self.status = status
        self.priority = priority
        self.excluded = excluded
        self.attempts = attempts
        self.isTimed = isTimed
    }

    /// A request of which nothing but its first event is known. Nil: that does not say all of it.
    init?(arrival: RequestEvent) {
        guard arrival.type == .received, arrival.seq == 1, arrival.state == .waiting, let priority = arrival.priority
        else { return nil }
        self.init(
            status: RequestStatus(
                id: arrival.request, place: arrival.place, state: .waiting, reason: arrival.reason, lastSeq: 1,
                acceptedAt: arrival.acceptedAt),
            priority: priority, excluded: [], attempts: 0, isTimed: false)
    }
}

/// The decision about one request, ready to be written.
public struct Placement: Sendable {
    public var subject: RoutingCase
    public var decision: RoutingDecision
    /// Nil when nothing changes for the request (it waits on, for the same reason).
    public var transition: Transition?
    /// The new owner's, to acknowledge.
    public var promise: Deadline?
    public var registerVersion: Int64
    public var policyVersion: Int32
}

/// Which requests to look at.
public struct RoutingHints: Sendable {
    /// Named by records: their rows are locked and looked at.
    public var requests: [RequestID] = []
    /// New requests as their first events tell of them. They are routed as if nothing had happened to them since, and
    /// their rows are changed only if nothing has; otherwise all of them are locked and looked at.
    public var arrivals: [RoutingCase] = []
    /// Cadres who own one request less than before, as often as that happened: they may wake waiting requests.
    public var released: [Cadre.ID: Int] = [:]
    /// Take waiting requests whose time has come, or whose decision saw an older register; at most so many.
    public var dueLimit = 0

    public init() {}
}

/// A waiting request whose time has come.
public struct DueRequest: Sendable, Hashable {
    public var id: RequestID
    /// How often it was found to wait, or its routing failed.
    public var attempts: Int32

    public init(id: RequestID, attempts: Int32) {
        self.id = id
        self.attempts = attempts
    }
}

/// One step of looking through the lanes' events.
public struct SweepStep: Sendable, Hashable {
    /// Events looked at.
    public var events: Int
    /// Requests that got a timer.
    public var found: Int
    /// Somebody held an undecided request: it goes on from there the next time.
    public var isHeldUp: Bool

    public init(events: Int, found: Int, isHeldUp: Bool) {
        self.events = events
        self.found = found
        self.isHeldUp = isHeldUp
    }
}

/// Routing transactions, and the timers of requests that wait.
public protocol RoutingStore: Sendable {
    /// Locks the requests that are not presumed new, lets `candidates` name the cadres whose loads are needed and `decide`
    /// decide, writes everything and reserves the loads last; what a reservation refuses is decided again.
    ///
    /// - Returns: the commit, and how many requests were placed and how many wait.
    func route(
        _ hints: RoutingHints, remainder: BatchRemainder, registers: [County.ID: Int64], ticket: LaneTicket,
        prepared: Prepared<RoutingResult>,
        candidates: @Sendable ([RoutingCase]) -> [Cadre.ID],
        decide: @Sendable ([RoutingCase], CadreLoads, Instant) -> [Placement]
    ) async throws -> LaneCommit

    /// The waiting requests that ``RoutingHints/dueLimit`` would take now, in order of id. Locks nothing.
    func due(limit: Int, registers: [County.ID: Int64]) async throws -> [DueRequest]

    /// Looks at a waiting request again only so much later.
    func postpone(_ request: RequestID, bySeconds seconds: Int64) async throws

    /// Looks at the next events of one lane that were published at least `grace` ago, and sets a timer, due at once,
    /// for every request among them that waits for the router. Nil: no lane has any.
    func sweep(after grace: Duration) async throws -> SweepStep?
}

public struct RoutingResult: Sendable, Hashable {
    public var assigned: Int
    public var waiting: Int

    public init(assigned: Int, waiting: Int) {
        self.assigned = assigned
        self.waiting = waiting
    }
}

/// Gives every request that needs one an owner, or a typed reason for having none.
public actor RouteRequests: BatchHandler {
    let store: any RoutingStore
    let registers: RegisterCache
    let log: Logger
    private let tables = RoutingTables()
    private let assigned = Counter(label: "tuesday_routed_total", dimensions: [("outcome", "assigned")])
    private let waiting = Counter(label: "tuesday_routed_total", dimensions: [("outcome", "waiting")])

    public init(store: any RoutingStore, registers: RegisterCache, log: Logger) {
        self.store = store
        self.registers = registers
        self.log = log
    }

    /// Events that leave a request without an owner, or a cadre with room.
    private static let routes: EventTypes = [.declined, .handedOver, .reopened]
    private static let releases: EventTypes = [.resolved, .declined, .handedOver, .withdrawn]

    public nonisolated func handle(
        _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
    ) async throws -> LaneCommit {
        var hints = RoutingHints()
        var remainder = BatchRemainder(origin: origin)
        for (type, request, record) in remainder.hints(in: records) {
            if type == .received {
                // What the body does not tell, the row does.
                if let event = try? RequestEventRecord.event(record.valueBytes), let arrival = RoutingCase(arrival: event) {
                    hints.arrivals.append(arrival)
                } else {
                    hints.requests.append(request)
                }
            }
            if Self.routes.contains(EventTypes(type)) { hints.requests.append(request) }
            if Self.releases.contains(EventTypes(type)) {
                do {
                    if let cadre = try RequestEventRecord.event(record.valueBytes).cadre {
                        hints.released[cadre, default: 0] += 1
                    }
                } catch {
                    remainder.unreadable.append(UnreadableRecord(record: record, problem: error))
                }
            }
        }
        let prepared = Prepared<RoutingResult>()
        do {
            return try await route(hints, remainder: remainder, ticket: ticket, prepared: prepared)
        } catch LaneFault.failed(let why) where !hints.released.isEmpty {
            // A request woken by these records may be what fails, and that is not their fault. It has a timer.
            log.warning("waking no requests with these records", metadata: ["reason": "\(why)"])
            hints.released = [:]
            return try await route(hints, remainder: remainder, ticket: ticket, prepared: prepared)
        }
    }

    nonisolated func route(
        _ hints: RoutingHints, remainder: BatchRemainder, ticket: LaneTicket, prepared: Prepared<RoutingResult>
    ) async throws -> LaneCommit {
        var snapshot = try await registers.current()
        while true {
            tables.use(snapshot)
            do {
                let commit = try await store.route(
                    hints, remainder: remainder, registers: snapshot.versions, ticket: ticket, prepared: prepared,
                    candidates: { tables.candidates($0) },
                    decide: { tables.decide($0, loads: $1, at: $2) })
                if let result = prepared.value?.1 {
                    assigned.increment(by: result.assigned)
                    waiting.increment(by: result.waiting)
                }
                return commit
            } catch LaneFault.registerChanged {
                snapshot = try await registers.refresh()
            }
        }
    }
}
