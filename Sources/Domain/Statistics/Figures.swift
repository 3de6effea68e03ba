/// Counts and sums of what happened to requests. Adding is commutative, so the order of events does not matter;
/// ratios are left to whoever reads.
public struct Figures: Sendable, Hashable {
    public var received: Int64 = 0
    /// First assignments only.
    public var assigned: Int64 = 0
    /// Every assignment after a request's first.
    public var reassigned: Int64 = 0
    public var acknowledged: Int64 = 0
    /// Resolved in Tuesday; a request that is reopened and resolved again counts again.
    public var resolved: Int64 = 0
    /// Resolved elsewhere; not in ``resolved``.
    public var resolvedOutside: Int64 = 0
    public var declined: Int64 = 0
    public var handedOver: Int64 = 0
    public var confirmed: Int64 = 0
    public var reopened: Int64 = 0
    public var withdrawn: Int64 = 0
    public var breachedAcknowledge: Int64 = 0
    public var breachedResolve: Int64 = 0
    public var escalated: Int64 = 0
    public var rated: Int64 = 0
    /// The mean rating is `ratingSum / rated`.
    public var ratingSum: Int64 = 0
    /// Whole seconds from acceptance to first assignment, summed over ``assigned``.
    public var secondsToAssign: Int64 = 0
    /// Whole seconds from acceptance to resolution, summed over ``resolved`` (not those resolved elsewhere).
    public var secondsToResolve: Int64 = 0
    public var waiting = WaitingDeltas()

    public init() {}

    /// Nothing is counted.
    public var isZero: Bool { self == Figures() }

    public static func += (left: inout Figures, right: Figures) {
        left.received += right.received
        left.assigned += right.assigned
        left.reassigned += right.reassigned
        left.acknowledged += right.acknowledged
        left.resolved += right.resolved
        left.resolvedOutside += right.resolvedOutside
        left.declined += right.declined
        left.handedOver += right.handedOver
        left.confirmed += right.confirmed
        left.reopened += right.reopened
        left.withdrawn += right.withdrawn
        left.breachedAcknowledge += right.breachedAcknowledge
        left.breachedResolve += right.breachedResolve
        left.escalated += right.escalated
        left.rated += right.rated
        left.ratingSum += right.ratingSum
        left.secondsToAssign += right.secondsToAssign
        left.secondsToResolve += right.secondsToResolve
        left.waiting += right.waiting
    }
}
