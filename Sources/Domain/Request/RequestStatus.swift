/// Where one request stands now: what a decision about it may look at.
///
/// It is the fold of the request's events, and holds between them: `owner` is set exactly in the states that
/// have an owner, `reason` exactly while `waiting`.
public struct RequestStatus: Sendable, Hashable {
    public var id: RequestID
    public var place: RequestEvent.Place
    public var state: RequestState
    public var owner: Cadre.ID?
    public var reason: WaitingReason?
    /// The `seq` of the last event; the next one gets one more.
    public var lastSeq: Int32
    /// How often the request has been assigned so far; also the epoch of its acknowledge deadline.
    public var assignment: Int32
    /// How often the request has been reopened; also the epoch of its resolve deadline.
    public var timerEpoch: Int32
    public var acceptedAt: Instant
    /// When the answer that still stands was given; nil again after a reopening.
    public var resolvedAt: Instant?
    /// 1 to 5, once in a request's life; a reopening does not erase it.
    public var rating: Int16?

    public init(
        id: RequestID, place: RequestEvent.Place, state: RequestState, owner: Cadre.ID? = nil,
        reason: WaitingReason? = nil, lastSeq: Int32, assignment: Int32 = 0, timerEpoch: Int32 = 0,
        acceptedAt: Instant, resolvedAt: Instant? = nil, rating: Int16? = nil
    ) {
        self.id = id
        self.place = place
        self.state = state
        self.owner = owner
        self.reason = reason
        self.lastSeq = lastSeq
        self.assignment = assignment
        self.timerEpoch = timerEpoch
        self.acceptedAt = acceptedAt
        self.resolvedAt = resolvedAt
        self.rating = rating
    }
}
