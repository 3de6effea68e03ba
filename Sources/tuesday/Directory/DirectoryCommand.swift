import ArgumentParser
import Domain
import PostgresClient
import Store

/// `tuesday directory`: who serves a village, as posted on its wall.
struct DirectoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory", abstract: "Show who serves a village: post, duties, skills, telephone.")

    @Argument(help: "Village code.")
    var village: String

    @Option(help: "County code; needed when there are several counties.")
    var county: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await CommandOutput.withPool("directory") { pool in
            let store = RegisterStore(pool: pool)
            let counties = try await store.counties().filter { county == nil || $0.code == county }
            guard counties.count == 1 else {
                CommandOutput.say(counties.isEmpty ? "There is no such county." : "There are several counties; say --county CODE.")
                throw ExitCode(counties.isEmpty ? 65 : 64)
            }
            let now = try await pool.withConnection { connection in
                try await connection.query("select clock.now()").first?.timestamp(0) ?? 0
            }
            guard
                let entries = try await store.directory(
                    county: counties[0].id, village: village, at: Instant(microseconds: now))
            else {
                CommandOutput.say("County \(counties[0].code) has no village \(village).")
                throw ExitCode(65)
            }
            if json { return try CommandOutput.printJSON(entries) }
            for entry in entries {
                print("\(entry.name)  \(entry.agency) \(entry.post)  \(entry.officePhone)\(entry.isOnLeave ? "  (on leave)" : "")")
                print("    \(entry.responsibilities)")
                print("    " + entry.skills.map { "\($0.skill) \($0.level)" }.joined(separator: ", "))
            }
        }
    }
}
