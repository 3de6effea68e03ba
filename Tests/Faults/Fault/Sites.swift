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
            "append.notifications-written",
        ],
        "tuesday-followup": [
            "follow.requests-read", "follow.promises-written", "fire.deadlines-claimed", "fire.deadlines-written",
            "append.events-written", "append.notifications-written",
        ],
        "tuesday-stats": ["fold.rows-locked", "fold.figures-written", "close.hours-taken", "close.windows-written"],
    ]

    static func of(_ program: String) -> [String] { everywhere + (own[program] ?? []) }

    /// Where a process that stops does the most harm: with a lane's lock, just before it, or with what it has read.
    static let delicate = [
        "transaction.before-begin", "transaction.begun", "transaction.before-commit", "commit.sent", "records.read",
        "produce.before",
    ]

    /// What a program has passed and is not listed for it: nothing would ever go wrong there.
    static func unlisted(_ passed: Set<String>, by program: String) -> Set<String> { passed.subtracting(of(program)) }

    static var all: Set<String> { Set(everywhere + own.values.flatMap { $0 }) }
}
