/// What one event adds, and where. An event is counted in the hour it happened, whatever hour it is read in.
public func figures(of event: RequestEvent) -> (StatisticsKey, Figures) {
    var figures = Figures()
    switch event.type {
    case .received: figures.received = 1
    case .assigned where event.assignment == 1:
        figures.assigned = 1
        figures.secondsToAssign = event.secondsSinceAcceptance
    case .assigned: figures.reassigned = 1
    case .acknowledged: figures.acknowledged = 1
    case .resolved where event.isOutside: figures.resolvedOutside = 1
    case .resolved:
        figures.resolved = 1
        figures.secondsToResolve = event.secondsSinceAcceptance
    case .declined: figures.declined = 1
    case .handedOver: figures.handedOver = 1
    case .confirmed: figures.confirmed = 1
    case .reopened: figures.reopened = 1
    case .withdrawn: figures.withdrawn = 1
    case .rated:
        figures.rated = 1
        figures.ratingSum = Int64(event.rating ?? 0)
    case .breached where event.deadline == .acknowledge: figures.breachedAcknowledge = 1
    case .breached: figures.breachedResolve = 1
    case .escalated: figures.escalated = 1
    case .waiting, .started: break
    }
    if let entered = event.enteredReason { figures.waiting[entered] += 1 }
    if let left = event.previousReason { figures.waiting[left] -= 1 }
    return (StatisticsKey(place: event.place, at: event.at), figures)
}

extension RequestEvent {
    /// The reason for waiting that begins with this event.
    fileprivate var enteredReason: WaitingReason? {
        switch type {
        case .received, .declined, .handedOver, .reopened: .routing
        case .waiting: reason
        default: nil
        }
    }

    /// Rounded down; zero where the clocks of two machines disagree about the order.
    fileprivate var secondsSinceAcceptance: Int64 {
        max(0, at.microseconds - acceptedAt.microseconds) / 1_000_000
    }
}
