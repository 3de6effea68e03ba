/// What residents were told of answers, held against the answers.
///
/// Follow-up tells of an answer in the transaction that writes its promise down as kept: so each message belongs to one
/// promise. An answer that was confirmed or reopened before follow-up heard of it is told to nobody; one that stands is.
enum Answers {
    /// One promise to answer a request: from acceptance or a reopening on, until the next reopening.
    struct Promise {
        var request: String
        /// How often the request had been reopened.
        var epoch: Int32
        /// The events have an answer to it.
        var isAnswered: Bool
        /// The answer is the last word about the request.
        var isStanding: Bool
        /// The transaction that wrote it down as kept; nil: none did.
        var keptBy: String?
    }

    struct Message {
        var request: String
        var recipient: String
        /// The transaction that wrote it.
        var by: String
    }

    private struct Act: Hashable {
        var request: String
        var transaction: String
    }

    /// Sentences about answers that nobody told of, or that were told twice, to somebody else, or without being given.
    /// - Parameter isDone: follow-up has heard of every answer.
    static func problems(_ promises: [Promise], told: [Message], isDone: Bool = true) -> [String] {
        var found: [String] = []
        var messages: [Act: Int] = [:]
        for message in told {
            messages[Act(request: message.request, transaction: message.by), default: 0] += 1
            if message.recipient != "resident" {
                found.append("I2: \(message.recipient) was told of the answer to request \(message.request) instead of the resident")
            }
        }
        var kept: [Act: Int] = [:]
        for promise in promises {
            let name = "the answer to request \(promise.request) (reopened \(promise.epoch) times)"
            if let transaction = promise.keptBy {
                let act = Act(request: promise.request, transaction: transaction)
                kept[act, default: 0] += promise.isAnswered ? 1 : 0
                if !promise.isAnswered { found.append("I2: \(name) is written down, and was never given") }
                if isDone, promise.isStanding, messages[act] == nil { found.append("I2: nobody was told of \(name)") }
            } else if isDone, promise.isStanding {
                found.append("I2: nobody was told of \(name), and its promise is not written down as kept")
            }
        }
        for (act, count) in messages {
            // One look at a request may find several promises kept; it tells of the last.
            let most = min(1, kept[act] ?? 0)
            if count > most {
                found.append("I2: a look at request \(act.request) told of an answer \(count) times, and found \(most) that was new")
            }
        }
        return found.sorted()
    }
}
