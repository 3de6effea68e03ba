import ArgumentParser

/// `tuesday lanes`: who writes where, and how far.
struct LanesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lanes", abstract: "List the lanes: owner, position, lag, what is not published, age of progress; recover them.",
        subcommands: [ListLanesCommand.self, RecoverLanesCommand.self], defaultSubcommand: ListLanesCommand.self)
}
