import Contracts
import Domain

/// The path of one request's states, event by event.
struct Life {
    private enum State { case unborn, waiting, assigned, acknowledged, started, resolved, confirmed, withdrawn }
    private var state = State.unborn
    private var seq: Int32 = 0

    /// What is wrong with the next event; nil when it is the next and may be.
    mutating func add(_ next: Int32, _ type: Int16) -> String? {
        defer { seq = next }
        guard next == seq + 1 else { return "has event \(next) after \(seq)" }
        guard let type = EventType(rawValue: type) else { return "has an event of the unknown type \(type)" }
        let open: Set<State> = [.waiting, .assigned, .acknowledged, .started]
        let owned: Set<State> = [.assigned, .acknowledged, .started]
        let (before, after): (Set<State>, State?) =
            switch type {
            case .received: ([.unborn], .waiting)
            case .assigned: ([.waiting], .assigned)
            case .waiting: ([.waiting], nil)
            case .acknowledged: ([.assigned], .acknowledged)
            case .started: ([.assigned, .acknowledged], .started)
            case .resolved: (owned, .resolved)
            case .declined: ([.assigned, .acknowledged], .waiting)
            case .handedOver: (owned, .waiting)
            case .confirmed: ([.resolved], .confirmed)
            case .reopened: ([.resolved, .confirmed], .waiting)
            case .withdrawn: (open, .withdrawn)
            case .rated: ([.resolved, .confirmed], nil)
            case .breached, .escalated: (open, nil)
            }
        guard before.contains(state) else { return "was \(type) in state \(state) (event \(next))" }
        state = after ?? state
        return nil
    }
}
