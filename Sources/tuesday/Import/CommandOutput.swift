import ArgumentParser
import Foundation
import PostgresClient
import Workflow

/// What the register's commands print and how they end: data on stdout, messages on stderr, sysexits.
enum CommandOutput {
    static func printJSON(_ value: some Encodable) throws {
        print(try json(value))
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase  // as in HTTP and SQL
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func say(_ message: String) {
        FileHandle.standardError.write(Data((message + "\n").utf8))
    }

    /// Statements may take their time, and locks may be waited for; but a command that was stopped in the midst of a
    /// transaction must not hold what workers wait for.
    static func settings(_ verb: String) -> PostgresSettings {
        var settings = PostgresSettings(applicationName: "tuesday \(verb)", maximumConnections: 2)
        settings.sessionSettings = ["idle_in_transaction_session_timeout": "60s"]
        return settings
    }

    /// Runs `body` with a pool that connects as libpq's environment says, and says what an import refuses: exit code 65.
    ///
    /// Other errors are thrown on: `Tuesday` knows what each exits with.
    static func withPool(_ verb: String, _ body: (PostgresPool) async throws -> Void) async throws {
        let pool = PostgresPool(settings(verb))
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(pool))
        } catch {
            result = .failure(error)
        }
        await pool.close()
        do {
            try result.get()
        } catch let refusal as ImportRefusal {
            say("\(refusal)")
            say("Nothing was imported; \(refusal.problems.count) cell\(refusal.problems.count == 1 ? "" : "s") to correct.")
            throw ExitCode(65)
        }
    }

    /// The file's bytes; `-` is standard input. Exit code 66 when it cannot be read.
    static func bytes(of path: String) throws -> [UInt8] {
        if path == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            say("\(path): cannot be read: \(error.localizedDescription)")
            throw ExitCode(66)
        }
    }
}
