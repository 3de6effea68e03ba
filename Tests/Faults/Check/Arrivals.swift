/// What gateways sent, held against what became of it.
enum Arrivals {
    struct Sent {
        /// The brokers said that they have it.
        var isCertain: Bool
        /// It breaks no rule.
        var isAcceptable: Bool
        var contents: SubmissionContents?
    }

    /// A request as it is in the database.
    struct Row {
        var source: String
        var contents: SubmissionContents?
    }

    /// - Parameters:
    ///   - refused: source ids of refusals; a record that was sent again is refused again.
    ///   - isDone: everything that was sent has been read.
    static func problems(
        _ sent: [String: Sent], requests: [Row], refused: [String], isDone: Bool = true
    ) -> [String] {
        var found: [String] = []
        let accepted = Dictionary(requests.map { ($0.source, 1) }, uniquingKeysWith: +)
        let refusals = Set(refused)
        for (source, count) in accepted {
            if count > 1 { found.append("I1: \(count) requests came of source id \(source)") }
            if sent[source] == nil { found.append("I1: nobody sent source id \(source), which is a request") }
            if sent[source]?.isAcceptable == false { found.append("I1: submission \(source) breaks a rule and is a request") }
        }
        for row in requests {
            if let submission = sent[row.source], submission.contents != row.contents {
                found.append("I1: the request that came of source id \(row.source) does not hold what was sent")
            }
        }
        for source in refusals where sent[source]?.isAcceptable != false {
            found.append("I1: submission \(source) was refused and breaks no rule, or nobody sent it")
        }
        for (source, submission) in sent where isDone && submission.isCertain {
            if accepted[source] == nil, !refusals.contains(source) {
                found.append("I1: submission \(source) is on the topic, and neither a request nor refused")
            }
        }
        return found.sorted()
    }
}
