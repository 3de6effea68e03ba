import Chance
import KafkaClient
import Synchronization

/// What clients asked, when, and what they were told.
final class History: Sendable {
    /// What a record holds of which its handlers die.
    static let deadly = "deadly-record"

    enum Outcome: Sendable, Equatable {
        /// The id, new or known.
        case request(String)
        case moved(seq: Int)
        /// Refused by a rule, with the status of the answer.
        case refused(Int)
        /// Nothing was done, as too many wait.
        case overloaded
        /// Sent away with this status, and not told when to come back.
        case untold(Int)
        /// Told with this status that it was done, and not what was: neither an id nor a number came with it.
        case unreadable(Int)
        /// No whole answer, or one of trouble, which does not tell: it may have happened.
        case unknown
    }

    enum Call: Sendable {
        case submit(key: String, body: Int)
        /// - Parameter after: the event it is to follow; nil: whatever happened meanwhile.
        case move(request: String, move: String, actor: String, after: Int? = nil)
    }

    struct Entry: Sendable {
        var call: Call
        var invoked: ContinuousClock.Instant
        var returned: ContinuousClock.Instant?
        var outcome: Outcome?
        /// Asked by the harness, to see whether anybody answers: no client acts on what comes of it.
        var isDemanded = false
    }

    private struct State {
        var entries: [Entry] = []
        /// Accepted requests that clients may act on.
        var known: [String] = []
        var knownSet: Set<String> = []
        /// Submissions that reached the submissions topic, or may have, by source id.
        var sentByTopic: [String: (isCertain: Bool, message: KafkaMessage)] = [:]
    }

    private let state = Mutex(State())

    func begin(_ call: Call, isDemanded: Bool = false) -> Int {
        state.withLock { state in
            state.entries.append(Entry(call: call, invoked: .now, isDemanded: isDemanded))
            return state.entries.count - 1
        }
    }

    func end(_ entry: Int, _ outcome: Outcome) {
        state.withLock { state in
            state.entries[entry].outcome = outcome
            state.entries[entry].returned = .now
            guard case .request(let id) = outcome, !state.entries[entry].isDemanded else { return }
            if state.knownSet.insert(id).inserted { state.known.append(id) }
        }
    }

    /// - Parameter isCertain: the broker said that it has it.
    func sent(byTopic sourceID: String, _ message: KafkaMessage, isCertain: Bool) {
        state.withLock { state in
            state.sentByTopic[sourceID] = (state.sentByTopic[sourceID]?.isCertain == true || isCertain, message)
        }
    }

    /// What gateways have a receipt for, by source id.
    var certainMessages: [String: KafkaMessage] {
        state.withLock { $0.sentByTopic.filter(\.value.isCertain).mapValues(\.message) }
    }

    var entries: [Entry] { state.withLock { $0.entries } }
    /// By source id what gateways sent, or may have.
    var sentByTopic: [String: Arrivals.Sent] {
        // Read beside the lock: there may be a hundred thousand of them.
        state.withLock { $0.sentByTopic }.mapValues {
            Arrivals.Sent(
                isCertain: $0.isCertain, isAcceptable: !GatewaySubmission.isRefusable($0.message),
                contents: SubmissionContents($0.message.value ?? []))
        }
    }

    /// What came of the clients' calls from this one on.
    func activity(since first: Int, published: Int) -> Activity {
        var activity = Activity(published: published)
        var accepted: Set<String> = []
        for entry in entries.dropFirst(first) where !entry.isDemanded {
            switch entry.outcome {
            case .request(let id)?: accepted.insert(id)
            case .moved?: activity.moved += 1
            default: break
            }
        }
        activity.accepted = accepted.count
        return activity
    }

    /// One of the latest requests, or nil when there is none yet.
    func known(_ random: inout SeededRandom) -> String? {
        state.withLock { state in
            guard !state.known.isEmpty else { return nil }
            let recent = min(60, state.known.count)
            return state.known[state.known.count - 1 - random.below(recent)]
        }
    }
}
