/// Where a request stands. The raw values are stored; never renumber them.
///
/// `waiting` requests have a ``WaitingReason`` and no owner; `assigned`, `acknowledged` and `started` ones have
/// exactly one owner; the others are no longer anybody's work.
public enum RequestState: Int16, Sendable, CaseIterable {
    case waiting = 1
    case assigned = 2
    case acknowledged = 3
    case started = 4
    case resolved = 5
    case confirmed = 6
    case withdrawn = 7

    /// Somebody still has to do something before the resident has an answer.
    public var isOpen: Bool { rawValue <= Self.started.rawValue }

    public var hasOwner: Bool {
        self == .assigned || self == .acknowledged || self == .started
    }

    /// The word used in JSON, SQL views and on pages.
    public var word: String {
        switch self {
        case .waiting: "waiting"
        case .assigned: "assigned"
        case .acknowledged: "acknowledged"
        case .started: "started"
        case .resolved: "resolved"
        case .confirmed: "confirmed"
        case .withdrawn: "withdrawn"
        }
    }
}

/// Why an open request has no owner. The raw values are stored; never renumber them.
public enum WaitingReason: Int16, Sendable, CaseIterable {
    /// The router has not decided yet (new, declined, handed over or reopened).
    case routing = 1
    /// Nobody who covers the village holds, or ever held, a certificate of the needed skill and level.
    case nobodyCertified = 2
    /// Certificates exist, but none is valid at this instant (expired, revoked or not begun).
    case certificateNotValid = 3
    /// Everyone who is certified is on leave.
    case everyoneOnLeave = 4
    /// Everyone who is certified and on duty is at capacity.
    case everyoneAtCapacity = 5
    /// Everyone who could take it declined it or stayed silent.
    case everyoneDeclined = 6

    /// The word used in JSON, SQL views and on pages.
    public var word: String {
        switch self {
        case .routing: "routing"
        case .nobodyCertified: "nobody_certified"
        case .certificateNotValid: "certificate_not_valid"
        case .everyoneOnLeave: "everyone_on_leave"
        case .everyoneAtCapacity: "everyone_at_capacity"
        case .everyoneDeclined: "everyone_declined"
        }
    }
}
