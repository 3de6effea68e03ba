import Domain

/// What became of promises, held against what was promised and where the requests stood.
enum Firings {
    /// A stage of a deadline that fired, with its request as the firing transaction had it under its lock.
    struct Firing {
        var request: String
        var kind: Int16
        var epoch: Int32
        var stage: Stage
        /// When it was to fire, and when it did: microseconds by the county's clock, the latter as the database saw it.
        var dueAt: Int64
        var firedAt: Int64
        var isBreached: Bool
        /// As stored.
        var state: Int16
        var assignment: Int32
        var timerEpoch: Int32
    }

    enum Stage: String { case reminder, breach, escalation }

    static func problems(_ firings: [Firing]) -> [String] {
        var found: [String] = []
        var fired: Set<String> = []
        for firing in firings {
            let name = "the \(firing.stage) (\(firing.request), kind \(firing.kind), epoch \(firing.epoch))"
            if !fired.insert(name).inserted { found.append("I5: \(name) fired twice") }
            if firing.firedAt < firing.dueAt {
                found.append("I5: \(name) fired \(firing.dueAt - firing.firedAt) microseconds early")
            }
            if firing.stage == .escalation, !firing.isBreached { found.append("I5: \(name) fired before any breach") }
            if !isOwed(firing) {
                found.append("I5: \(name) fired on a request in state \(firing.state) that it was no matter of")
            }
        }
        return found
    }

    /// The promise is still open, and still this deadline's.
    private static func isOwed(_ firing: Firing) -> Bool {
        guard let state = RequestState(rawValue: firing.state), let kind = DeadlineKind(rawValue: firing.kind) else {
            return false
        }
        return switch kind {
        case .acknowledge: state == .assigned && firing.assignment == firing.epoch
        case .resolve: state.isOpen && firing.timerEpoch == firing.epoch
        }
    }
}
