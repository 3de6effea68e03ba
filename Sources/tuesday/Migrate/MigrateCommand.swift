import ArgumentParser
import PostgresClient
import Store

/// `tuesday migrate`: brings the database's schema up to this release.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database's schema up to this release.",
        discussion: "Connects as libpq's environment says (PGHOST, PGUSER, PGDATABASE, PGPASSFILE, ...).")

    @Flag(help: "Say what would be done and do nothing.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    private struct Report: Encodable {
        let applied: [String]
        let madeViews: Bool
        let isDryRun: Bool
    }

    func run() async throws {
        try await CommandOutput.withPool("migrate") { pool in
            let migrator = Migrator(pool: pool, files: try SchemaFiles.shipped())
            let outcome: Migrator.Outcome
            do {
                outcome = dryRun ? try await migrator.pending() : try await migrator.migrate()
            } catch let refusal as MigrationRefusal {
                CommandOutput.say("\(refusal)")
                if case .busy = refusal { throw ExitCode(75) }
                throw ExitCode(65)
            }
            if json {
                try CommandOutput.printJSON(
                    Report(applied: outcome.applied, madeViews: outcome.madeViews, isDryRun: dryRun))
                return
            }
            for name in outcome.applied { print(name) }
            if outcome.madeViews { print("report views") }
            if outcome.isEmpty { CommandOutput.say("The schema is up to date.") }
        }
    }
}
