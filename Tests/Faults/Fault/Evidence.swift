/// What answers to calls at once show, since whoever got none has met nobody; and what workers say of themselves and their
/// pages of them.
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

    /// Whether one of the deeds on a page is what a rule there asks for.
    ///
    /// - Parameter rule: `site=action`, or `site=action@hit`.
    static func isDone(_ rule: String, in deeds: some Sequence<String>) -> Bool {
        let deed = rule.prefix { $0 != "@" }.split(separator: "=", maxSplits: 1).joined(separator: " ")
        return deeds.contains(deed)
    }

    /// The partitions of which a worker says that their lanes do not get on, in its log or on `/readyz`.
    static func hungPartitions(in text: String) -> Set<Int> {
        Set(text.matches(of: /([0-9]+) has [0-9]+ records and no progress/).compactMap { Int($0.output.1) })
    }

    /// The lines of a worker's log by which it makes its consumer anew because lanes hang.
    static func remakings(in log: String) -> String {
        log.split(separator: "\n").filter { $0.contains("the consumer hangs; making a new one") }.joined(separator: "\n")
    }
}
