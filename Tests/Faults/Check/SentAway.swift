/// Who is sent away because too many wait, or because nothing goes just now, is told when to come back.
enum SentAway {
    /// Sentences about answers that did not say so.
    static func problems(_ outcomes: [History.Outcome?]) -> [String] {
        outcomes.compactMap { if case .untold(let status)? = $0 { status } else { nil } }.sentences { status, count in
            "overload: \(count) answers were \(status) and did not say when to come back"
        }
    }
}

extension [Int] {
    /// One sentence for each status among them, in order.
    func sentences(_ sentence: (_ status: Int, _ count: Int) -> String) -> [String] {
        Dictionary(map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }.map { sentence($0.key, $0.value) }
    }
}
