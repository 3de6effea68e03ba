/// A request begins: it waits for the router.
///
/// - Parameters:
///   - priority: 1 urgent to 5 whenever.
///   - acceptedAt: when it was accepted; for imported requests when it was sent.
public func received(
    _ id: RequestID, place: RequestEvent.Place, priority: Int16, by actor: Actor, acceptedAt: Instant, at now: Instant
) -> Transition {
    let status = RequestStatus(
        id: id, place: place, state: .waiting, reason: .routing, lastSeq: 1, acceptedAt: acceptedAt)
    let event = RequestEvent(
        request: id, seq: 1, type: .received, at: now, place: place, acceptedAt: acceptedAt, actor: actor,
        state: .waiting, reason: .routing, priority: priority)
    return Transition(status: status, event: event, needsRouting: true)
}

/// The router, or a supervisor, gives a waiting request to a cadre.
///
/// - Precondition: the request waits. To take it from an owner, ``Move/handOver`` comes first.
public func assigned(
    _ status: RequestStatus, cadre: Cadre.ID, at now: Instant, by actor: Actor = .system
) -> Transition {
    precondition(status.state == .waiting, "Only a waiting request can be assigned; this one is \(status.state.word).")
    var after = status
    after.state = .assigned
    after.owner = cadre
    after.reason = nil
    after.assignment += 1
    return status.transition(to: after, by: actor, .assigned, at: now)
}

/// The router found nobody. Nil when the request already waits for the same reason: nothing happened then.
///
/// - Precondition: the request waits.
public func waits(_ status: RequestStatus, reason: WaitingReason, at now: Instant) -> Transition? {
    precondition(status.state == .waiting, "Only a waiting request has a reason; this one is \(status.state.word).")
    guard status.reason != reason else { return nil }
    var after = status
    after.reason = reason
    return status.transition(to: after, by: .system, .waiting, at: now)
}
