import Domain

/// The order in which clients saw things happen, held against the order of the events.
///
/// Whatever was asked for after an answer had come happened after it. And a refusal is a look at the request: it must have
/// been right at an instant between the question and the answer, so nobody is refused because of how things stood before.
enum RealTimeOrder {
    struct Call {
        /// Its number in the history.
        var number: Int
        var request: String
        var move: String
        /// As in `cadre:C7`.
        var actor: String
        /// The event it was to follow; nil: any.
        var after: Int?
        /// Since the history began, by a clock that never goes back.
        var invoked: Duration
        /// Nil: no answer came.
        var returned: Duration?
        var outcome: History.Outcome?
    }

    struct Event {
        var seq: Int
        /// As stored.
        var type: Int16
        /// The words that came with the move that caused it; nil: none.
        var mark: String?
        /// Who was given the request with this event, as in `cadre:C7`.
        var owner: String?
    }

    /// - Parameter events: by request all of its events, in order.
    static func problems(_ calls: [Call], _ events: [String: [Event]]) -> [String] {
        Dictionary(grouping: calls, by: \.request).sorted { $0.key < $1.key }.flatMap { request, calls in
            let life = events[request] ?? []
            let seqs = Dictionary(life.compactMap { event in event.mark.map { ($0, event.seq) } }) { first, _ in first }
            // A call whose answer never came may be an event all the same.
            let moves = calls.map { (call: $0, seq: seqs[Moves.mark($0.number)]) }
            return reversals(moves) + refusals(moves, life)
        }
    }

    private typealias CalledEvent = (call: Call, seq: Int?)

    private static func reversals(_ moves: [CalledEvent]) -> [String] {
        moves.compactMap { later in
            guard let seq = later.seq else { return nil }
            guard let before = answered(moves, before: later.call.invoked), before.seq > seq else { return nil }
            return "I3: request \(later.call.request): the \(before.call.move) was answered as event \(before.seq) before the "
                + "\(later.call.move) was asked for, which is event \(seq)"
        }
    }

    /// The last event that a client had been told of when another began to ask.
    private static func answered(_ moves: [CalledEvent], before instant: Duration) -> (call: Call, seq: Int)? {
        moves.compactMap { move -> (call: Call, seq: Int)? in
            guard case .moved(let seq)? = move.call.outcome, let returned = move.call.returned, returned < instant else {
                return nil
            }
            return (move.call, seq)
        }.max { $0.seq < $1.seq }
    }

    private static func refusals(_ moves: [CalledEvent], _ life: [Event]) -> [String] {
        moves.compactMap { move in
            let call = move.call
            guard case .refused(let status)? = call.outcome, let returned = call.returned else { return nil }
            let name = "request \(call.request): a \(call.move) by \(call.actor)"
            // Clients ask about requests that exist, in words that are known.
            guard status == 409 else { return "I1: \(name) was refused with \(status), and is well formed" }
            // It existed before anybody could ask.
            let earliest = max(1, answered(moves, before: call.invoked)?.seq ?? 1)
            let latest = moves.compactMap { other in other.call.invoked > returned ? other.seq : nil }.min().map { $0 - 1 }
            var stand = Stand()
            for event in life {
                if let latest, event.seq > latest { break }
                stand.add(event)
                if event.seq >= earliest, stand.refuses(call) { return nil }
            }
            return "I3: \(name) was refused, and nothing stood against it from event \(earliest) to "
                + "\(latest.map { "\($0)" } ?? "the end")"
        }
    }

    /// What a move may be refused for.
    private struct Stand {
        private var path = RequestPath()
        private var owner: String?
        private var isRated = false
        private var seq = 0

        mutating func add(_ event: Event) {
            seq = event.seq
            // What is wrong with the path is told by those who look at paths.
            _ = path.add(seq: Int32(event.seq), type: event.type)
            if let given = event.owner { owner = given }
            if event.type == EventType.rated.rawValue { isRated = true }
        }

        func refuses(_ call: Call) -> Bool {
            if let after = call.after, after != seq { return true }
            guard let type = Moves.types[call.move] else { return true }
            // Only a program of ours answers what nobody owns.
            let mayNot = type == .resolved && path.state == .waiting
            let isOthers = call.actor.hasPrefix("cadre:") && call.actor != owner
            return mayNot || isOthers || (type == .rated && isRated) || !RequestPath.states(before: type).contains(path.state)
        }
    }
}
