/// Who is sent away because too many wait, or because nothing goes just now, is told when to come back.
enum SentAway {
    /// Sentences about answers that did not say so.
    static func problems(_ outcomes: [History.Outcome?]) -> [String] {
        var counts: [Int: Int] = [:]
        for case .untold(let status)? in outcomes { counts[status, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { status, count in
            "overload: \(count) answers were \(status) and did not say when to come back"
        }
    }
}
