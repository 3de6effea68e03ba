import Contracts
import Domain
import Logging
import Metrics
import Synchronization

/// A message to somebody: ids, a template and its variables, no personal data.
public struct Notification: Sendable, Hashable {
    public var request: RequestID
    public var county: County.ID
    /// `cadre:17`, `town_lead:3`, `resident`.
    public var recipient: String
    /// Which text to send: `assigned`, `remind_acknowledge`, `breached_resolve` …
    public var template: String
    public var dueAt: Instant?

    public init(request: RequestID, county: County.ID, recipient: String, template: String, dueAt: Instant? = nil) {
        self.request = request
        self.county = county
        self.recipient = recipient
        self.template = template
        self.dueAt = dueAt
    }
}

/// Promises of one kind on which nothing more is to fire: those of all epochs up to the last one.
public struct SettledPromises: Sendable, Hashable {
    public var request: RequestID
    public var kind: DeadlineKind
    public var lastEpoch: Int32

    public init(request: RequestID, kind: DeadlineKind, lastEpoch: Int32) {
        self.request = request
        self.kind = kind
        self.lastEpoch = lastEpoch
    }

    /// What is settled of a request: everything but the promises that stand.
    static func of(_ status: RequestStatus) -> [SettledPromises] {
        let acknowledged = status.state == .assigned ? status.assignment - 1 : status.assignment
        let answered = status.state.isOpen ? status.timerEpoch - 1 : status.timerEpoch
        return (acknowledged > 0 ? [SettledPromises(request: status.id, kind: .acknowledge, lastEpoch: acknowledged)] : [])
            + (answered >= 0 ? [SettledPromises(request: status.id, kind: .resolve, lastEpoch: answered)] : [])
    }
}

/// What follow-up decided about the requests it was pointed to.
public struct FollowUpPlan: Sendable {
    /// To be written.
    public var deadlines: [(deadline: Deadline, county: County.ID)] = []
    /// Promises kept, or void because the request ended.
    public var settled: [SettledPromises] = []
    public var notifications: [Notification] = []

    public init() {}
}

/// What a request's row says, for follow-up.
public struct FollowUpCase: Sendable {
    public var status: RequestStatus
    /// When the present resolve promise began: acceptance, or the last reopening.
    public var promisedFrom: Instant
    /// The present resolve promise is written down.
    public var isPromised: Bool
    /// The present resolve promise was written down as kept before: nobody is told of the answer (again). So it is
    /// with requests imported together with their answer.
    public var isSettled: Bool

    public init(status: RequestStatus, promisedFrom: Instant, isPromised: Bool, isSettled: Bool) {
        self.status = status
        self.promisedFrom = promisedFrom
        self.isPromised = isPromised
        self.isSettled = isSettled
    }
}

public struct FiringPlan: Sendable {
    public var deadline: Deadline
    public var firing: Firing
    public var transitions: [Transition]
    public var notifications: [Notification]

    public init(deadline: Deadline, firing: Firing, transitions: [Transition], notifications: [Notification]) {
        self.deadline = deadline
        self.firing = firing
        self.transitions = transitions
        self.notifications = notifications
    }
}

/// Follow-up's transactions.
public protocol FollowUpStore: Sendable {
    /// Reads the requests, and writes what `plan` says: of each promise one transaction at most finds it not kept yet.
    func follow(
        _ requests: Set<RequestID>, remainder: BatchRemainder, registers: [County.ID: Int64],
        ticket: LaneTicket, plan: @Sendable ([FollowUpCase]) -> FollowUpPlan
    ) async throws -> LaneCommit
    /// Claims due deadlines, `skip locked`, locks their requests, and writes what `plan` says about each.
    func fireDue(
        limit: Int, ticket: LaneTicket, prepared: Prepared<Int>,
        plan: @Sendable (Deadline, RequestStatus, Instant) -> FiringPlan
    ) async throws -> LaneCommit
    /// Looks at a deadline that still fires again only after so many minutes.
    func postpone(
        _ deadline: Deadline, minutes: Int64, ticket: LaneTicket, prepared: Prepared<Int>
    ) async throws -> LaneCommit
}

/// Keeps promises in view: settles them as events keep or void them, fires them when due, tells people.
public struct FollowUpRequests: BatchHandler {
    private let store: any FollowUpStore
    private let registers: RegisterCache
    private let policy: FollowUpPolicy
    private let log: Logger
    private let fired = Counter(label: "tuesday_deadlines_fired_total")

    /// After how many minutes a deadline that cannot fire is tried again.
    public static let postponement: Int64 = 10

    public init(
        store: any FollowUpStore, registers: RegisterCache, log: Logger, policy: FollowUpPolicy = .current
    ) {
        self.store = store
        self.registers = registers
        self.log = log
        self.policy = policy
    }

    /// Not `received` and `assigned`: the promises that begin with them are written with them.
    private static let relevant: EventTypes = [
        .acknowledged, .started, .resolved, .declined, .handedOver, .reopened, .withdrawn,
    ]

    public func handle(
        _ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket
    ) async throws -> LaneCommit {
        var requests: Set<RequestID> = []
        var remainder = BatchRemainder(origin: origin)
        for (type, request, _) in remainder.hints(in: records) {
            if Self.relevant.contains(EventTypes(type)) { requests.insert(request) }
        }
        var snapshot = try await registers.current()
        while true {
            do {
                return try await store.follow(
                    requests, remainder: remainder, registers: snapshot.versions, ticket: ticket
                ) { [snapshot] in plan($0, snapshot) }
            } catch LaneFault.registerChanged {
                snapshot = try await registers.refresh()
            }
        }
    }

    /// Fires what is due; returns how many deadlines were looked at.
    ///
    /// One that cannot fire holds up no other: what fails is done by halves, and what fails alone is put off for
    /// ``postponement`` minutes.
    public func fireDue(limit: Int, lane: PoolLane) async throws -> Int {
        try await fireDue(limit: limit, lane: lane, snapshot: registers.refresh())
    }

    private func fireDue(limit: Int, lane: PoolLane, snapshot: RegisterCache.Snapshot) async throws -> Int {
        let last = Mutex<Deadline?>(nil)
        do {
            let count = try await lane.transact { ticket, prepared in
                try await store.fireDue(limit: limit, ticket: ticket, prepared: prepared) { deadline, status, now in
                    last.withLock { $0 = deadline }
                    return plan(deadline, status, now, snapshot)
                }
            }
            fired.increment(by: count)
            return count
        } catch LaneFault.failed(let why) {
            if limit > 1 {
                let half = limit / 2
                let count = try await fireDue(limit: half, lane: lane, snapshot: snapshot)
                return try await count + fireDue(limit: limit - half, lane: lane, snapshot: snapshot)
            }
            guard let deadline = last.withLock({ $0 }) else { throw LaneFault.failed(why) }
            log.error(
                "deadline cannot fire and is put off",
                metadata: [
                    "request": "\(deadline.request)", "kind": "\(deadline.kind.word)", "epoch": "\(deadline.epoch)",
                    "minutes": "\(Self.postponement)", "reason": "\(why)",
                ])
            return try await lane.transact { ticket, prepared in
                try await store.postpone(
                    deadline, minutes: Self.postponement, ticket: ticket, prepared: prepared)
            }
        }
    }

    private func plan(_ cases: [FollowUpCase], _ snapshot: RegisterCache.Snapshot) -> FollowUpPlan {
        var plan = FollowUpPlan()
        for subject in cases {
            let status = subject.status
            guard let register = snapshot.registers[status.place.county],
                let service = register.services[status.place.service]
            else { continue }
            // Also of a request that was reopened and answered before anybody looked: its promise is kept at once.
            if status.state.isOpen || status.state == .resolved, !subject.isPromised {
                plan.deadlines.append(
                    (resolveDeadline(
                        request: status.id, epoch: status.timerEpoch, acceptedAt: subject.promisedFrom,
                        service: service, calendar: register.calendar, policy: policy), status.place.county))
            }
            plan.settled += SettledPromises.of(status)
            // Whichever record shows the new state first tells of it, of whatever type: the row may be ahead of the records,
            // and what is told is written down as kept in the same transaction.
            if status.state == .resolved, !subject.isSettled {
                plan.notifications.append(
                    Notification(
                        request: status.id, county: status.place.county, recipient: "resident", template: "resolved"))
            }
        }
        return plan
    }

    private func plan(
        _ deadline: Deadline, _ status: RequestStatus, _ now: Instant, _ snapshot: RegisterCache.Snapshot
    ) -> FiringPlan {
        let firing = fire(deadline, status: status, now: now, policy: policy)
        var transitions: [Transition] = []
        var present = status
        for move in firing.moves(of: deadline) {
            // A move the state no longer allows is what the guard is for: the rest still happens.
            if case .success(let transition) = decide(move, by: .system, on: present, at: now) {
                transitions.append(transition)
                present = transition.status
            }
        }
        let lead = snapshot.registers[status.place.county].flatMap { $0.towns[status.place.town]?.lead }
        let leadWord = lead.map { Actor.cadre($0).word } ?? "town_lead:\(status.place.town)"
        let notifications = firing.outcomes.compactMap { outcome -> Notification? in
            let recipient: String
            let template: String
            switch outcome {
            case .obsolete: return nil
            case .remind: (recipient, template) = (status.owner.map { Actor.cadre($0).word } ?? leadWord, "remind")
            case .breach: (recipient, template) = (status.owner.map { Actor.cadre($0).word } ?? leadWord, "breached")
            case .handOver: (recipient, template) = (status.owner.map { Actor.cadre($0).word } ?? leadWord, "handed_over")
            case .escalate: (recipient, template) = (leadWord, "escalated")
            }
            return Notification(
                request: status.id, county: status.place.county, recipient: recipient,
                template: "\(template)_\(deadline.kind.word)", dueAt: deadline.dueAt)
        }
        return FiringPlan(deadline: deadline, firing: firing, transitions: transitions, notifications: notifications)
    }
}
