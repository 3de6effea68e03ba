/// A cadre among the best qualified of the winning rung, with the load the decision saw.
public struct Finalist: Sendable, Hashable {
    public var cadre: Cadre.ID
    /// The highest certificate level valid at the decision.
    public var level: Int16
    public var open: Int32
    public var capacity: Int32

    public init(cadre: Cadre.ID, level: Int16, open: Int32, capacity: Int32) {
        self.cadre = cadre
        self.level = level
        self.open = open
        self.capacity = capacity
    }

    /// Relative load in thousandths, rounded down: 3 of 8 is 375. A capacity of 0 counts as full.
    public var loadPermille: Int32 {
        capacity > 0 ? Int32(Int64(open) * 1_000 / Int64(capacity)) : 1_000
    }
}

/// What the router decided about a request.
public enum RoutingDecision: Sendable, Hashable {
    case assign(RoutedAssignment)
    case wait(RoutedWait)
}

/// Somebody takes the request.
public struct RoutedAssignment: Sendable, Hashable {
    /// The most finalists a decision keeps.
    public static let finalistLimit = 8
    /// The most cadres at capacity a decision keeps.
    public static let atCapacityLimit = 16

    /// The first of ``finalists``.
    public var cadre: Cadre.ID
    public var rung: Rung
    /// Those of the best level at that rung, best first; at most ``finalistLimit`` are kept.
    public var finalists: [Finalist]
    /// Who was passed over for being at capacity, up to and on the winning rung, nearest rung first; at most
    /// ``atCapacityLimit`` are kept.
    public var atCapacity: [Cadre.ID]
    /// How many more were passed over for it than ``atCapacity`` names.
    public var atCapacityLeftOut: Int

    public init(
        cadre: Cadre.ID, rung: Rung, finalists: [Finalist], atCapacity: [Cadre.ID], atCapacityLeftOut: Int = 0
    ) {
        self.cadre = cadre
        self.rung = rung
        self.finalists = finalists
        self.atCapacity = atCapacity
        self.atCapacityLeftOut = atCapacityLeftOut
    }
}

/// Nobody can take the request now.
public struct RoutedWait: Sendable, Hashable {
    public var reason: WaitingReason
    /// When to decide again unless something wakes the request earlier.
    public var retryAt: Instant
    /// As in ``RoutedAssignment/atCapacity``, over all rungs.
    public var atCapacity: [Cadre.ID]
    /// How many more were at capacity than ``atCapacity`` names.
    public var atCapacityLeftOut: Int

    public init(reason: WaitingReason, retryAt: Instant, atCapacity: [Cadre.ID], atCapacityLeftOut: Int = 0) {
        self.reason = reason
        self.retryAt = retryAt
        self.atCapacity = atCapacity
        self.atCapacityLeftOut = atCapacityLeftOut
    }
}
