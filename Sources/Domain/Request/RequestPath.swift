/// The path of one request's states as its events tell it, for those who check what was done.
///
/// It is the legal life written a second time, beside the rules by which moves are decided and without a look at them: a
/// mistake in the one is seen by the other.
public struct RequestPath: Sendable {
    /// Where the events so far lead; nil before the first.
    public private(set) var state: RequestState?
    public private(set) var lastSeq: Int32 = 0

    public init() {}

    /// What is wrong with the next event; nil when it is the next and may be. Either way the path goes on with it.
    public mutating func add(seq: Int32, type: Int16) -> String? {
        defer { lastSeq = seq }
        guard seq == lastSeq + 1 else { return "has event \(seq) after \(lastSeq)" }
        guard let type = EventType(rawValue: type) else { return "has an event of the unknown type \(type)" }
        defer { state = Self.state(after: type) ?? state }
        guard Self.states(before: type).contains(state) else {
            return "was \(type.word) when it \(state.map { "was in state \($0.word)" } ?? "did not exist") (event \(seq))"
        }
        return nil
    }

    /// Where a request may stand when this happens to it; nil stands for one that does not exist yet.
    public static func states(before type: EventType) -> [RequestState?] {
        switch type {
        case .received: [nil]
        case .assigned, .waiting: [.waiting]
        case .acknowledged: [.assigned]
        case .started, .declined: [.assigned, .acknowledged]
        case .handedOver: [.assigned, .acknowledged, .started]
        // A waiting one is answered from outside.
        case .resolved, .withdrawn, .breached, .escalated: [.waiting, .assigned, .acknowledged, .started]
        case .confirmed: [.resolved]
        case .reopened, .rated: [.resolved, .confirmed]
        }
    }

    /// Where it stands afterwards; nil: where it stood before.
    public static func state(after type: EventType) -> RequestState? {
        switch type {
        case .received, .declined, .handedOver, .reopened: .waiting
        case .assigned: .assigned
        case .acknowledged: .acknowledged
        case .started: .started
        case .resolved: .resolved
        case .confirmed: .confirmed
        case .withdrawn: .withdrawn
        case .waiting, .rated, .breached, .escalated: nil
        }
    }
}
