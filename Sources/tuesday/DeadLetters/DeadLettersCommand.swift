import ArgumentParser
import Workflow

/// `tuesday deadletters`: what could not be handled, and what is to become of it.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadletters", abstract: "List, show, replay or discard records that could not be handled.",
        discussion: """
            A dead letter keeps a record as it was, where it stood and why it could not be handled. One that is about a \
            request parks it: the group leaves the request's later records alone until every such letter is settled.
            """,
        subcommands: [
            ListDeadLettersCommand.self, ShowDeadLetterCommand.self, ReplayDeadLettersCommand.self,
            DiscardDeadLettersCommand.self,
        ])
}

/// Which dead letters a command is about, beside their state.
struct DeadLetterOptions: ParsableArguments {
    @Option(help: "Only letters of this consumer group, such as tuesday-stats.")
    var group: String?

    @Option(help: "Only letters from this topic.")
    var topic: String?

    @Option(help: "Only letters with this reason, such as malformed.")
    var reason: String?

    func filter(state: DeadLetterState?) -> DeadLetterFilter {
        DeadLetterFilter(state: state, group: group, topic: topic, reason: reason)
    }

    var isEmpty: Bool { group == nil && topic == nil && reason == nil }
}

extension DeadLetterID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// Named letters, or all open ones that the options choose.
struct DeadLetterSelection: ParsableArguments {
    @Argument(help: "The letters' ids, such as 12-345.")
    var ids: [DeadLetterID] = []

    @Flag(help: "Every open letter, or every one that --group, --topic and --reason leave.")
    var all = false

    @OptionGroup var options: DeadLetterOptions

    func validate() throws {
        guard all == ids.isEmpty else { throw ValidationError("Name letters by their ids, or say --all.") }
        guard all || options.isEmpty else { throw ValidationError("--group, --topic and --reason go with --all.") }
    }
}
