import ArgumentParser
import Store

/// `tuesday verify`: whether the database holds what the code promises.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the database's invariants; changes nothing.",
        discussion: "Prints up to \(Verification.limit) violations of each rule; exit code 1 when there is one.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await CommandOutput.withPool("verify") { pool in
            var violations = try await Verification(pool: pool).violations { name in
                if !json { CommandOutput.say("checking that \(name)") }
            }
            if !json { CommandOutput.say("checking that the figures are what the events say") }
            violations += try await StatisticsRecompute(pool: pool).recompute().prefix(Verification.limit).map {
                "the figures are what the events say: \($0.table) \($0.key): \($0.measure) is \($0.incremental), "
                    + "the events say \($0.recomputed)"
            }
            if json { try CommandOutput.printJSON(violations) } else { for violation in violations { print(violation) } }
            if !violations.isEmpty { throw ExitCode(1) }
            CommandOutput.say("All is well.")
        }
    }
}
