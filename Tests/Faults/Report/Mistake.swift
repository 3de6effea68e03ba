/// A mistake that all workers make on purpose, and what must be blamed on it.
struct Mistake: Sendable {
    let name: String
    /// The trouble under which it tells.
    let faults: [Fault]
    /// The invariants that it breaks: one of them must be blamed.
    let breaks: Set<String>
    /// Those that may be blamed besides, because it follows; whoever blames another one has not understood the mistake.
    let entails: Set<String>

    static let all = [
        // Statistics count again what comes again.
        Mistake("no-seq-guard", under: [.redelivery], breaks: ["I2", "I6"]),
        // Who was stopped goes on with a lane that is another's.
        Mistake("no-epoch-check", under: [.stopAtSite], breaks: ["I7"], entails: ["I2"]),
        // Who is stopped with a lane's lock keeps it.
        Mistake("blocker-spared", under: [.stopAtSite], breaks: ["I7"]),
        // What was begun when a process died is never looked at again.
        Mistake("offset-before-effects", under: [.killAtSite], breaks: ["I8"], entails: ["I1", "I2"]),
        // What was answered is not there, or its answer names nothing; what was published, and counted, is not there either.
        Mistake("ack-before-commit", under: [.commitUndone], breaks: ["I1"], entails: ["I2", "I3", "I6", "I8"]),
        // Follow-up fires on what is closed, and the closed request goes on.
        Mistake("timer-without-recheck", under: [.timerRaces], breaks: ["I5"], entails: ["I3"]),
        // What no broker has confirmed counts as published, and is never read.
        Mistake("cursor-before-reports", under: [.kafkaStalled, .killAll], breaks: ["I2"], entails: ["I8"]),
        // Who misses records goes on without them.
        Mistake("out-of-range-swallowed", under: [.truncated], breaks: ["I8"]),
        // Of several that are accepted at once all get the words of the first.
        Mistake("words-of-another", under: [.identical], breaks: ["I1"]),
        // Two routers give the last place twice.
        Mistake("capacity-checked-then-written", under: [.loadsOutdated], breaks: ["I4"]),
    ]

    private init(_ name: String, under faults: [Fault], breaks: Set<String>, entails: Set<String> = []) {
        (self.name, self.faults, self.breaks, self.entails) = (name, faults, breaks, entails)
    }

    static func named(_ name: String) -> Mistake? { all.first { $0.name == name } }

    /// Whether what was found names what the mistake breaks, and nothing that does not follow. What `tuesday verify` finds goes
    /// by the names of its rules, which are neither here nor there.
    func isBlamed(in breaches: [String]) -> Bool {
        let blamed = Set(Self.blamed(in: breaches)).subtracting([Self.rules])
        return !blamed.isDisjoint(with: breaks) && blamed.isSubset(of: breaks.union(entails))
    }

    /// What was found of it, in one sentence: the first that names what it breaks.
    func verdict(_ breaches: [String]) -> String {
        guard let first = breaches.first else { return "NOT noticed" }
        if isBlamed(in: breaches) { return breaches.first { breaks.contains(Self.blamed(in: $0)) } ?? first }
        return "NOT understood: \(Self.blamed(in: breaches).joined(separator: ", ")) blamed: \(first)"
    }

    /// Which invariants sentences blame; one that names none blames ``nothing``.
    static func blamed(in breaches: [String]) -> [String] { Set(breaches.map(blamed)).sorted() }

    private static func blamed(in sentence: String) -> String {
        if let match = sentence.firstMatch(of: /\b(I[1-8](-I[1-8])?):/) { return String(match.1) }
        // Nothing is skipped: who misses records stands still until an operator comes.
        return sentence.contains("it is not so that") && sentence.contains("asks for `tuesday ") ? "I8" : nothing
    }

    static let nothing = "no invariant"
    private static let rules = "I2-I8"
}
