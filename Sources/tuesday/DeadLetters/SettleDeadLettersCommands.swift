import ArgumentParser
import Domain
import PostgresClient
import Runtime
import Store
import Workflow

/// `tuesday deadletters replay`.
struct ReplayDeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Do the work of dead letters after all.",
        discussion: """
            A submission is accepted now. A request whose records could not be handled is let at its group again, with \
            every event in order. May be repeated, and run twice at once, while workers run. A letter that fails again \
            stays open, with one attempt more; exit status 65 then.
            """)

    @OptionGroup var selection: DeadLetterSelection

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await DeadLetterSettling.run("replay", selection, json: json) { id, settle, lane in
            try await settle.replay(id, lane: lane)
        }
    }
}

/// `tuesday deadletters discard`.
struct DiscardDeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Decide that the work of dead letters is not to be done.",
        discussion: """
            The letter's row stays, with who decided it, when and why. A request that was parked by it is let at its group \
            again with every event that PostgreSQL has, unless another letter still parks it.
            """)

    @OptionGroup var selection: DeadLetterSelection

    @Option(help: "Why, for whoever asks later.")
    var because: String

    @Flag(help: "Yes, what they asked for is not to be done.")
    var yes = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard yes else { throw ValidationError("What a discarded letter asked for is never done; say so with --yes.") }
        guard !because.isEmpty else { throw ValidationError("--because takes a reason, for whoever asks later.") }
    }

    func run() async throws {
        try await DeadLetterSettling.run("discard", selection, json: json) { id, settle, lane in
            try await settle.discard(id, because: because, lane: lane)
        }
    }
}

/// Settles the letters of a selection one after the other, and tells what became of each.
private enum DeadLetterSettling {
    struct Line: Encodable {
        let id: String
        let outcome: String
        let isSettled: Bool
    }

    /// Letters settled at a time for `--all`: their ids are all that is kept of them. Those that come into being meanwhile,
    /// as where a replayed one fails again, are left for the next time.
    private static let limit = 1_000_000

    static func run(
        _ verb: String, _ selection: DeadLetterSelection, json: Bool,
        _ settleOne: (DeadLetterID, SettleDeadLetters, PoolLane) async throws -> SettleOutcome
    ) async throws {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        try await CommandOutput.withPool("deadletters \(verb)") { pool in
            let ids = selection.all
                ? try await DeadLetterReader(pool: pool).ids(selection.options.filter(state: .open), limit: limit)
                : selection.ids
            let random = SystemRandom()
            let settle = SettleDeadLetters(
                store: DeadLetterTransactions(pool: pool), registers: RegisterCache(source: RegisterReading(pool: pool))
            ) { RequestID(acceptedAt: $0, random: random.random128()) }
            let lane = try ToolLane("deadletters", pool: pool, settings: settings)
            var array = JSONArrayOutput()
            var (settled, open) = (0, 0)
            let outcome: Result<Void, any Error>
            do {
                for id in ids {
                    let line = Line(id, try await settleOne(id, settle, lane.lane))
                    if json { try array.print(line) } else { print("\(line.id)  \(line.outcome)") }
                    if line.isSettled { settled += 1 } else { open += 1 }
                }
                outcome = .success(())
            } catch { outcome = .failure(error) }
            let pending = await lane.finish()
            if json { array.end() }
            if pending > 0 {
                CommandOutput.say(
                    "Kafka does not answer; what is committed leaves with the next worker that reaches it: \(pending) messages.")
            }
            try outcome.get()
            CommandOutput.say("\(settled) settled\(open > 0 ? ", \(open) not" : "").")
            if open > 0 { throw ExitCode(65) }
        }
    }
}

extension DeadLetterSettling.Line {
    fileprivate init(_ id: DeadLetterID, _ outcome: SettleOutcome) {
        self.id = "\(id)"
        switch outcome {
        case .accepted(let request): (self.outcome, isSettled) = ("accepted as request \(request)", true)
        case .repeated(let request): (self.outcome, isSettled) = ("had been accepted as request \(request)", true)
        case .resumed(let request, let events, let letters):
            let others = letters > 1 ? ", which settles \(letters) letters" : ""
            (self.outcome, isSettled) = ("\(events) events of request \(request) leave once more\(others)", true)
        case .discarded(let events?): (self.outcome, isSettled) = ("discarded; \(events) events of its request leave once more", true)
        case .discarded(nil): (self.outcome, isSettled) = ("discarded", true)
        case .wasSettled(let state): (self.outcome, isSettled) = ("had been \(state.rawValue) already", true)
        case .failed(let why): (self.outcome, isSettled) = ("stays open: \(why)", false)
        case .unknown: (self.outcome, isSettled) = ("there is no such dead letter", false)
        }
    }
}
