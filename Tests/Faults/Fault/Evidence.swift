/// What answers to calls at once show: whoever got none has met nobody.
enum Evidence {
    /// Whether submissions under one key were decided: one content was taken, and, of two, another one refused.
    static func isDecided(_ outcomes: [History.Outcome], contents: Int) -> Bool {
        let isTaken = outcomes.contains { if case .request = $0 { true } else { false } }
        let isRefused = outcomes.contains { if case .refused = $0 { true } else { false } }
        return isTaken && (contents == 1 || isRefused)
    }

    /// Whether moves on one request met: one was made, and another one had an answer too.
    static func isContested(_ outcomes: [History.Outcome]) -> Bool {
        let made = outcomes.count { if case .moved = $0 { true } else { false } }
        let refused = outcomes.count { if case .refused = $0 { true } else { false } }
        return made > 0 && made + refused > 1
    }
}
