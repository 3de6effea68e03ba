/// The failpoints in the workers' code, by the program that comes by them.
enum Sites {
    static let everywhere = [
        "transaction.before-begin", "transaction.begun", "transaction.before-commit", "commit.sent",
        "transaction.committed", "lane.before-claim", "lane.claimed", "lane.attempt-recorded", "lane.before-position",
        "lane.position-recorded", "produce.before", "produce.handed-over", "produce.reported", "consumer.before-poll",
        "records.read", "offset.before-commit", "offset.committed", "lane.resumed", "lane.borrowed", "lane.adopted",
        "lane.released", "append.letters-written",
    ]

    static let own: [String: [String]] = [
        "tuesday-intake": [
            "accept.keys-written", "accept.requests-written", "append.events-written", "move.requests-locked",
            "move.requests-written", "http.received", "http.before-answer", "append.refusals-written",
        ],
        "tuesday-router": [
            "route.requests-locked", "route.placements-written", "route.loads-reserved", "append.events-written",
            "append.notifications-written", "sweep.rows-made",
        ],
        "tuesday-followup": [
            "follow.requests-read", "follow.promises-written", "fire.deadlines-claimed", "fire.deadlines-written",
            "append.events-written", "append.notifications-written",
        ],
        "tuesday-stats": ["fold.rows-locked", "fold.figures-written", "close.hours-taken", "close.windows-written"],
    ]

    /// Where a tool of the operators may die, by its verb.
    static let tools: [String: [String]] = [
        "deadletters-replay": transactions + settling, "deadletters-discard": transactions + settling,
        "topics-rebuild": transactions + ["repair.events-repeated", "repair.lanes-reset"],
        "lanes-recover": transactions + ["repair.events-repeated", "repair.lanes-reset"],
    ]

    /// The one whose turn it is.
    static func ofTool(_ verb: String, turn: UInt64) -> String {
        let sites = tools[verb] ?? transactions
        return sites[Int(turn % UInt64(sites.count))]
    }

    private static let transactions = [
        "transaction.before-begin", "transaction.begun", "transaction.before-commit", "commit.sent",
        "transaction.committed", "produce.before", "produce.handed-over",
    ]

    private static let settling = ["settle.letter-locked", "settle.events-repeated", "settle.letters-settled"]

    static func of(_ program: String) -> [String] { everywhere + (own[program] ?? []) }

    /// How many sites a copy comes by in a run that is about all of them.
    private static let shareCount = 7

    /// Those that are a copy's in one run: two copies, and seeds that follow each other, go through all of them.
    ///
    /// - Parameter copy: from 0.
    static func share(of program: String, copy: Int, turn: UInt64) -> [String] {
        let sites = of(program)
        let first = (Int(turn % UInt64(sites.count)) * 2 + copy) * shareCount
        return (0..<shareCount).map { sites[(first + $0) % sites.count] }
    }

    /// A site with the program that comes by it, as coverage says it.
    static let byProgram = Installation.programs.flatMap { program in of(program).map { "\($0) \(program)" } }

    /// A site with the verb whose tool comes by it.
    static func byVerb(_ verbs: String...) -> [String] {
        verbs.flatMap { verb in (tools[verb] ?? []).map { "\($0) \(verb)" } }
    }

    /// Where a process that stops does the most harm: with a lane's lock, just before it, or with what it has read.
    static let delicate = [
        "transaction.before-begin", "transaction.begun", "transaction.before-commit", "commit.sent", "records.read",
        "produce.before",
    ]

    /// What is passed only with a partition in hand: whoever was just started needs some seconds until its group gives it one.
    static let consuming: Set<String> = [
        "lane.before-claim", "lane.claimed", "lane.attempt-recorded", "records.read", "offset.before-commit",
        "offset.committed", "follow.requests-read", "follow.promises-written", "fold.rows-locked", "fold.figures-written",
        "append.letters-written", "append.refusals-written",
    ]

    /// What a program has passed and is not listed for it: nothing would ever go wrong there.
    static func unlisted(_ passed: Set<String>, by program: String) -> Set<String> { passed.subtracting(of(program)) }

    static var all: Set<String> { Set(everywhere + own.values.joined() + tools.values.joined()) }
}
