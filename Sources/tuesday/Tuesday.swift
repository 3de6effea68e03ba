import ArgumentParser
import KafkaClient
import PostgresClient
import Runtime
import Workflow

/// The command-line tool.
@main
struct Tuesday: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tuesday", abstract: "Take a county's requests, find who serves them, and follow up.",
        discussion: """
            Data goes to stdout, messages to stderr. Exit status: 0 done, 64 usage, 65 bad data, 66 no input, \
            69 something needed does not answer, 75 try again later, 78 a setting is wrong, 1 anything else.
            """,
        version: "tuesday \(Version.current)",
        subcommands: verbs)

    private static let verbs: [any ParsableCommand.Type] = [
        UpCommand.self, DownCommand.self, ResetCommand.self, TopicsCommand.self, SettingsCommand.self,
        MigrateCommand.self, ImportCommand.self, DemonstrationCommand.self, DirectoryCommand.self, RequestCommand.self,
        ExplainCommand.self, ReportCommand.self, LanesCommand.self, DeadLettersCommand.self, VerifyCommand.self,
        BenchCommand.self, VersionCommand.self,
    ]

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard let status = status(of: error) else { exit(withError: error) }
            Console.standard.say("tuesday: \(error)")
            exit(withError: ExitCode(status))
        }
    }

    /// Nil for what the argument parser says and exits with by itself.
    static func status(of error: any Error) -> Int32? {
        switch error {
        case let failure as CommandFailure: failure.exitStatus
        case let failure as PostgresFailure: failure.kind == .unavailable ? ExitStatus.unavailable : ExitStatus.failure
        case LaneFault.unavailable: ExitStatus.unavailable
        case let failure as PublishingFailure: status(of: failure.cause)
        case let failure as KafkaError where failure.isRetriable: ExitStatus.unavailable
        case let failure as any ExitStatusError: failure.exitStatus
        case is ExitCode, is CleanExit, is ValidationError: nil
        default: isOfParser(error) ? nil : ExitStatus.failure
        }
    }

    /// The parser's own errors are not public; it alone knows how to say them and what they exit with.
    private static func isOfParser(_ error: any Error) -> Bool {
        String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    }
}
