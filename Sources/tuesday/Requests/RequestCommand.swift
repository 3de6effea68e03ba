import ArgumentParser

/// `tuesday request`: one request, and what people do with it.
struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Show a request, or move it along as a resident, a cadre or a supervisor.",
        subcommands: [
            ShowRequestCommand.self, AcknowledgeCommand.self, StartCommand.self, ResolveCommand.self,
            DeclineCommand.self, ConfirmCommand.self, ReopenCommand.self, WithdrawCommand.self, RateCommand.self,
        ])
}
