import Domain

/// What people asked for with a move, held against the events: each event that a person caused carries the mark of the call
/// that asked for it.
enum Moves {
    struct Call {
        var request: String
        var move: String
        /// The event it was to follow; nil: any.
        var after: Int?
        var outcome: History.Outcome?
    }

    struct Event {
        var request: String
        var seq: Int
        /// As stored.
        var type: Int16
        /// The words that came with the move; nil: none.
        var mark: String?
    }

    static let types: [String: EventType] = [
        "acknowledge": .acknowledged, "start": .started, "resolve": .resolved, "decline": .declined,
        "hand_over": .handedOver, "confirm": .confirmed, "reopen": .reopened, "withdraw": .withdrawn, "rate": .rated,
    ]

    /// What is sent with a call, and comes back with its event.
    static func mark(_ call: Int) -> String { "call \(call)" }

    /// Sentences about events nobody asked for, or was told did not happen, or asked for once and got twice, or after
    /// another event than the one they named; and about answers without their event.
    ///
    /// - Parameters:
    ///   - calls: by number in the history.
    ///   - events: those of ``types`` that a person caused.
    static func problems(_ calls: [Int: Call], _ events: [Event]) -> [String] {
        var found: [String] = []
        var numbers: [String: Int] = [:]
        for number in calls.keys { numbers[mark(number)] = number }
        var caused: [Int: Event] = [:]
        for event in events {
            let name = "event \(event.seq) of request \(event.request)"
            guard let number = event.mark.flatMap({ numbers[$0] }), let call = calls[number] else {
                found.append("I1: nobody asked for \(name) of type \(event.type)")
                continue
            }
            if let before = caused.updateValue(event, forKey: number) {
                found.append("I1: one \(call.move) became event \(before.seq) of request \(before.request) and \(name)")
            }
            if call.request != event.request || types[call.move]?.rawValue != event.type {
                found.append("I1: a \(call.move) of request \(call.request) became \(name) of type \(event.type)")
            }
            if let after = call.after, event.seq != after + 1 {
                found.append("I1: a \(call.move) that was to follow event \(after) is \(name)")
            }
            if case .refused(let status)? = call.outcome {
                found.append("I1: a \(call.move) was refused with \(status), and is \(name)")
            }
        }
        for (number, call) in calls {
            guard case .moved(let seq)? = call.outcome else { continue }
            let event = caused[number]
            if event?.request != call.request || event?.seq != seq {
                let there = event.map { "event \($0.seq)" } ?? "nothing"
                found.append("I1: a \(call.move) was answered with event \(seq) of request \(call.request); it is \(there)")
            }
        }
        return found.sorted()
    }
}
