/// What a decision changes, as one value: commit `status` and `event` together or not at all.
public struct Transition: Sendable, Hashable {
    /// The request after the event.
    public var status: RequestStatus
    public var event: RequestEvent
    /// The cadre whose count of open requests drops by one.
    public var released: Cadre.ID?
    /// The request now waits for the router (``WaitingReason/routing``).
    public var needsRouting: Bool
    /// An assignment that was open ends with this event.
    public var endsAssignment: Bool

    public init(
        status: RequestStatus, event: RequestEvent, released: Cadre.ID? = nil, needsRouting: Bool = false,
        endsAssignment: Bool = false
    ) {
        self.status = status
        self.event = event
        self.released = released
        self.needsRouting = needsRouting
        self.endsAssignment = endsAssignment
    }
}

extension RequestStatus {
    /// Builds the transition to `after`: numbers it, moves request and event alike, and says what follows from the
    /// difference between the two statuses.
    func transition(to after: RequestStatus, by actor: Actor, _ type: EventType, at now: Instant) -> Transition {
        var after = after
        after.lastSeq = lastSeq + 1
        let reasonChanges = after.reason != reason
        let event = RequestEvent(
            request: id, seq: after.lastSeq, type: type, at: now, place: place, acceptedAt: acceptedAt, actor: actor,
            state: after.state, assignment: after.assignment, cadre: after.owner ?? owner,
            reason: reasonChanges ? after.reason : nil, previousReason: reasonChanges ? reason : nil)
        let released = after.owner == nil ? owner : nil
        return Transition(
            status: after, event: event, released: released,
            needsRouting: reasonChanges && after.reason == .routing, endsAssignment: released != nil)
    }
}
