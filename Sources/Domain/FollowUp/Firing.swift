/// What to do because a deadline fires.
public enum FiringOutcome: Sendable, Hashable {
    /// The promise was kept, or is no longer this deadline's matter: the request closed, was acknowledged, has
    /// another assignment or was reopened.
    case obsolete
    case remind
    case breach
    /// Take the request from a silent owner and route it again.
    case handOver
    /// Tell the town's lead.
    case escalate
}

/// A deadline that fired: what to do, and what is left of it.
public struct Firing: Sendable, Hashable {
    /// In order of doing. Empty when it is too early; ``FiringOutcome/obsolete`` stands alone.
    public var outcomes: [FiringOutcome]
    /// What fires next; store it with ``nextAt``, so that no stage fires twice.
    public var stage: DeadlineStage
    public var nextAt: Instant?
    /// Whole seconds from the instant that should have fired to now: the worker's lateness, not the owner's.
    public var lateSeconds: Int64

    public init(outcomes: [FiringOutcome], stage: DeadlineStage, nextAt: Instant?, lateSeconds: Int64) {
        self.outcomes = outcomes
        self.stage = stage
        self.nextAt = nextAt
        self.lateSeconds = lateSeconds
    }

    /// The moves of ``outcomes`` that change or mark the request, in order, to be decided as the system.
    public func moves(of deadline: Deadline) -> [Move] {
        outcomes.compactMap { outcome in
            switch outcome {
            case .breach: .breach(deadline.kind, dueAt: deadline.dueAt)
            case .handOver: .handOver
            case .escalate: .escalate(deadline.kind)
            case .obsolete, .remind: nil
            }
        }
    }
}

/// Fires what is due of a deadline, given where its request stands now.
///
/// When several stages are overdue at once (the worker was down) a reminder is dropped, since it would come too
/// late, but a breach is never dropped: statistics count it. So a long outage gives `[.breach, .handOver]`.
/// Nothing fires before its instant, and no stage twice.
public func fire(
    _ deadline: Deadline, status: RequestStatus, now: Instant, policy: FollowUpPolicy = .current
) -> Firing {
    precondition(deadline.request == status.id, "A deadline is fired with the status of its own request.")
    guard let nextAt = deadline.nextAt, deadline.concerns(status) else {
        return Firing(outcomes: [.obsolete], stage: .done, nextAt: nil, lateSeconds: 0)
    }
    guard now >= nextAt else {
        return Firing(outcomes: [], stage: deadline.stage, nextAt: nextAt, lateSeconds: 0)
    }
    var outcomes: [FiringOutcome] = []
    var left = deadline
    while let at = left.nextAt, at <= now {
        switch left.stage {
        case .reminder:
            outcomes = [.remind]
            left.stage = .breach
        case .breach:
            outcomes = [.breach]
            left.stage = .escalation
        case .escalation:
            let handsOver = deadline.kind == .acknowledge && status.assignment <= policy.maximumHandOvers
            outcomes.append(handsOver ? .handOver : .escalate)
            left.stage = .done
        case .done: preconditionFailure("A deadline that is done has no next instant.")
        }
    }
    let lateSeconds = (now.microseconds - nextAt.microseconds) / 1_000_000
    return Firing(outcomes: outcomes, stage: left.stage, nextAt: left.nextAt, lateSeconds: lateSeconds)
}

extension Deadline {
    /// Whether the promise is still open and still this deadline's.
    fileprivate func concerns(_ status: RequestStatus) -> Bool {
        switch kind {
        case .acknowledge: status.state == .assigned && status.assignment == epoch
        case .resolve: status.state.isOpen && status.timerEpoch == epoch
        }
    }
}
