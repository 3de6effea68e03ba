import ArgumentParser
import Contracts
import Store
import Workflow

/// `tuesday deadletters list`.
struct ListDeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List dead letters, the oldest first, without their values.")

    private static let states = DeadLetterState.allCases.map(\.rawValue) + ["all"]

    @Option(help: "open, replayed, discarded or all.")
    var state = DeadLetterState.open.rawValue

    @OptionGroup var options: DeadLetterOptions

    @Option(help: "How many to list at most.")
    var limit = 100

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard Self.states.contains(state) else {
            throw ValidationError("--state takes \(Self.states.joined(separator: ", ")); found \"\(state)\"")
        }
        guard limit > 0 else { throw ValidationError("--limit takes a number above 0") }
    }

    func run() async throws {
        try await CommandOutput.withPool("deadletters list") { pool in
            let letters = try await DeadLetterReader(pool: pool).letters(
                options.filter(state: DeadLetterState(rawValue: state)), limit: limit)
            if json { return try CommandOutput.printJSON(letters.map { DeadLetterReport($0) }) }
            TextTable(
                ["id", "at", "group", "topic", "partition", "offset", "request", "reason", "attempts", "state"],
                letters.map { letter in
                    [
                        "\(letter.id)", ISO8601.format(letter.at), letter.origin.group, letter.origin.topic,
                        "\(letter.origin.partition)", "\(letter.offset)", letter.request.map { "\($0)" } ?? "-",
                        letter.reason, "\(letter.attempts)", letter.state.rawValue,
                    ]
                }
            ).print()
            if letters.count == limit { CommandOutput.say("There may be more than these \(limit); see --limit.") }
        }
    }
}
