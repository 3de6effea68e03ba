/// Whoever is told that something was done is told what: the request's id, or the number of the event.
enum Acknowledgements {
    /// Sentences about answers that did not say so, although they came whole.
    static func problems(_ outcomes: [History.Outcome?]) -> [String] {
        outcomes.compactMap { if case .unreadable(let status)? = $0 { status } else { nil } }.sentences { status, count in
            "I1: \(count) answers were \(status) and did not say what was done"
        }
    }
}
