/// One thing that happened to a request: immutable, numbered without gaps per request by ``seq``.
///
/// Every event repeats where the request belongs (``place``), so that whoever counts events needs nothing else.
public struct RequestEvent: Sendable, Hashable {
    /// Where and what a request is; fixed at acceptance.
    public struct Place: Sendable, Hashable {
        public var county: County.ID
        public var town: Town.ID
        public var village: Village.ID
        public var service: Service.ID

        public init(county: County.ID, town: Town.ID, village: Village.ID, service: Service.ID) {
            self.county = county
            self.town = town
            self.village = village
            self.service = service
        }
    }

    public var request: RequestID
    /// 1 for `received`, then one more each.
    public var seq: Int32
    public var type: EventType
    public var at: Instant
    public var place: Place
    /// When the request was accepted (for imported ones: when it was sent, years ago perhaps).
    public var acceptedAt: Instant
    public var actor: Actor
    /// The state after the event.
    public var state: RequestState
    /// Counts the assignments of the request; 0 before the first.
    public var assignment: Int32
    /// The owner the event concerns: who was assigned, acknowledged, declined, resolved …
    public var cadre: Cadre.ID?
    /// The reason for having no owner that begins with this event: ``WaitingReason/routing`` for `received`,
    /// `declined`, `handedOver` and `reopened`, the router's finding for `waiting`. Nil when none begins.
    public var reason: WaitingReason?
    /// The reason for having no owner up to this event, if it had none. `received` has none before.
    public var previousReason: WaitingReason?
    /// For `breached` and `escalated`: which deadline.
    public var deadline: DeadlineKind?
    /// For `breached`: when it was due.
    public var dueAt: Instant?
    /// For `rated`: 1 to 5.
    public var rating: Int16?
    /// For `received`: the request's, 1 urgent to 5 whenever; fixed at acceptance.
    public var priority: Int16?
    /// For `resolved`: true when the work was done outside Tuesday (imported replies).
    public var isOutside: Bool

    public init(
        request: RequestID, seq: Int32, type: EventType, at: Instant, place: Place, acceptedAt: Instant, actor: Actor,
        state: RequestState, assignment: Int32 = 0, cadre: Cadre.ID? = nil, reason: WaitingReason? = nil,
        previousReason: WaitingReason? = nil, deadline: DeadlineKind? = nil, dueAt: Instant? = nil,
        rating: Int16? = nil, priority: Int16? = nil, isOutside: Bool = false
    ) {
        self.request = request
        self.seq = seq
        self.type = type
        self.at = at
        self.place = place
        self.acceptedAt = acceptedAt
        self.actor = actor
        self.state = state
        self.assignment = assignment
        self.cadre = cadre
        self.reason = reason
        self.previousReason = previousReason
        self.deadline = deadline
        self.dueAt = dueAt
        self.rating = rating
        self.priority = priority
        self.isOutside = isOutside
    }
}
