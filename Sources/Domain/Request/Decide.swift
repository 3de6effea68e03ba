/// Decides a move in a value: what the request becomes and the one event that says so, or why not.
///
/// Nothing is read but the arguments. A `waiting` request that is acted on leaves its reason in
/// ``RequestEvent/previousReason``; every event that enters `waiting` names its reason.
public func decide(
    _ move: Move, by actor: Actor, on status: RequestStatus, at now: Instant
) -> Result<Transition, Refusal> {
    if let refusal = MoveRule.of(move).refusal(of: move, by: actor, on: status) { return .failure(refusal) }
    if case .rate(let rating) = move {
        guard (1...5).contains(rating) else { return .failure(.ratingOutOfRange(rating)) }
        if let earlier = status.rating { return .failure(.alreadyRated(earlier)) }
    }
    var transition = status.transition(to: status.after(move, at: now), by: actor, move.eventType, at: now)
    transition.event.describe(move)
    return .success(transition)
}

extension RequestStatus {
    fileprivate func after(_ move: Move, at now: Instant) -> RequestStatus {
        var after = self
        switch move {
        case .acknowledge: after.state = .acknowledged
        case .start: after.state = .started
        case .resolve:
            after.leave(to: .resolved)
            after.resolvedAt = now
        case .decline, .handOver:
            after.leave(to: .waiting)
            after.reason = .routing
        case .confirm: after.state = .confirmed
        case .reopen:
            after.leave(to: .waiting)
            after.reason = .routing
            after.resolvedAt = nil
            after.timerEpoch += 1
        case .withdraw: after.leave(to: .withdrawn)
        case .rate(let rating): after.rating = rating
        case .breach, .escalate: break
        }
        return after
    }

    private mutating func leave(to state: RequestState) {
        self.state = state
        owner = nil
        reason = nil
    }
}

extension Move {
    fileprivate var eventType: EventType {
        switch self {
        case .acknowledge: .acknowledged
        case .start: .started
        case .resolve: .resolved
        case .decline: .declined
        case .handOver: .handedOver
        case .confirm: .confirmed
        case .reopen: .reopened
        case .withdraw: .withdrawn
        case .rate: .rated
        case .breach: .breached
        case .escalate: .escalated
        }
    }
}

extension RequestEvent {
    /// Adds what only this kind of move knows.
    fileprivate mutating func describe(_ move: Move) {
        switch move {
        case .resolve(let outside): isOutside = outside
        case .rate(let rating): self.rating = rating
        case .breach(let kind, let dueAt):
            deadline = kind
            self.dueAt = dueAt
        case .escalate(let kind): deadline = kind
        default: break
        }
    }
}
