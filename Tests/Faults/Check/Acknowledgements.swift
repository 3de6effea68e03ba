/// Whoever is told that something was done is told what: the request's id, or the number of the event.
enum Acknowledgements {
    /// Sentences about answers that did not say so, although they came whole.
    static func problems(_ outcomes: [History.Outcome?]) -> [String] {
        var counts: [Int: Int] = [:]
        for case .unreadable(let status)? in outcomes { counts[status, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { status, count in
            "I1: \(count) answers were \(status) and did not say what was done"
        }
    }
}
