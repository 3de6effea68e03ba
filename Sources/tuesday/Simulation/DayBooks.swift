/// The figures of one demonstration day, and whether they balance.
struct DayBooks: Sendable {
    /// Submissions that residents meant to make; repeats under the same key are not counted.
    var submitted = 0
    var accepted = 0
    var refused = 0
    /// Sent once more under the same key, and answered with the same request.
    var repeated = 0
    /// Accepted requests whose first outcome was an owner.
    var assigned = 0
    /// Accepted requests whose first outcome was a typed reason for having none.
    var waiting = 0
    var deadlines = 0
    var events = 0
    var published = 0
    var lag = 0
    var deadLetters = 0
    /// The whole run, from the first start of a program.
    var seconds = 0.0

    /// Beyond the figures: what else was looked at.
    var counted = 0
    var requestsInDatabase = 0
    var recordsInTopic = 0
    var undecided = 0
    var withoutDeadline = 0
    var duplicates = 0
    var wrongAnswers = 0
    var resolved = 0
    var confirmed = 0
    var reminded = 0
    var breached = 0
    var handedOver = 0
    var unfinished: [String] = []

    /// A sentence for every figure that does not balance.
    var imbalances: [String] {
        var sentences = unfinished
        func check(_ left: Int, _ right: Int, _ sentence: String) {
            if left != right { sentences.append("\(sentence): \(left) and \(right)") }
        }
        check(submitted, accepted + refused, "submitted is not accepted + refused")
        check(accepted, requestsInDatabase, "accepted over HTTP is not the requests in the database")
        check(accepted, assigned + waiting, "accepted is not assigned + waiting")
        check(undecided, 0, "requests without an owner or a typed reason")
        check(withoutDeadline, 0, "open requests without a deadline to resolve")
        check(events, published, "events are not all published")
        check(counted, accepted, "received in the statistics is not accepted")
        check(lag, 0, "records that a group has not read")
        check(deadLetters, 0, "dead letters")
        check(duplicates, 0, "repeats that became a second request")
        check(wrongAnswers, 0, "submissions answered otherwise than the rules say")
        if recordsInTopic < events { sentences.append("the topic holds \(recordsInTopic) records of \(events) events") }
        return sentences
    }

    var table: TextTable {
        TextTable(
            ["figure", "count"],
            [
                ["submitted", "\(submitted)"], ["  accepted", "\(accepted)"], ["  refused by a rule", "\(refused)"],
                ["repeated under the same key", "\(repeated)"], ["first outcome: assigned", "\(assigned)"],
                ["first outcome: waiting, with a reason", "\(waiting)"], ["deadlines", "\(deadlines)"],
                ["  reminders", "\(reminded)"], ["  breaches", "\(breached)"], ["  hand-overs", "\(handedOver)"],
                ["resolved", "\(resolved)"], ["confirmed by the resident", "\(confirmed)"], ["events", "\(events)"],
                ["  published", "\(published)"], ["  counted in statistics", "\(counted)"], ["lag", "\(lag)"],
                ["dead letters", "\(deadLetters)"], ["seconds", "\(Int(seconds.rounded()))"],
            ])
    }

    /// One object with exactly the figures a program asks for, in one line.
    var json: String {
        let tenths = Int((seconds * 10).rounded())
        let figures: [(String, String)] = [
            ("submitted", "\(submitted)"), ("accepted", "\(accepted)"), ("refused", "\(refused)"),
            ("assigned", "\(assigned)"), ("waiting", "\(waiting)"), ("deadlines", "\(deadlines)"),
            ("events", "\(events)"), ("published", "\(published)"), ("lag", "\(lag)"),
            ("dead_letters", "\(deadLetters)"), ("seconds", "\(tenths / 10).\(tenths % 10)"),
        ]
        return "{" + figures.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}
