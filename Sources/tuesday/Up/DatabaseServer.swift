import EmbeddedPostgres
import Foundation
import PostgresClient
import Runtime

/// The PostgreSQL a Tuesday on this machine works on: a private server, or a database of its own on one that the
/// environment names.
struct DatabaseServer: Sendable {
    /// Of this process's pool; what it leaves out comes from libpq's environment.
    let conninfo: String
    /// What libpq reads in another program, to connect as the same user.
    let environment: [String: String]
    /// Whether each worker logs in as its own role; elsewhere all of them use the environment's user.
    let hasWorkerRoles: Bool
    private let end: @Sendable () async -> Void

    /// Ends the private server, or drops the database made on a given one. After the last connection is closed.
    func stop() async { await end() }

    /// Starts, or starts again, the private server of a directory.
    static func own(directory: String, database: String) async throws -> DatabaseServer {
        let settings = try PostgresConfiguration.settings(overruledBy: "deploy/postgres/tuesday.conf")
        let server = try await PrivatePostgres.start(directory: directory, settings: settings, databases: [database])
        return DatabaseServer(
            conninfo: server.conninfo(database: database),
            environment: ["PGHOST": server.socketDirectory, "PGPORT": "\(server.port)", "PGUSER": "postgres", "PGDATABASE": database],
            hasWorkerRoles: true, end: { await server.stop() })
    }

    /// Creates a database on the server that `PGHOST`, `PGSERVICE` and the like name, and drops it at the end: what
    /// is there already is never touched.
    static func given(console: Console) async throws -> DatabaseServer {
        let database = "tuesday_" + String(UInt64.random(in: .min ... .max), radix: 36)
        try await run("create database \(database) template template0 encoding 'UTF8'")
        var environment = ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("PG") }
        environment["PGDATABASE"] = database
        return DatabaseServer(
            conninfo: "dbname='\(database)'", environment: environment, hasWorkerRoles: false,
            end: {
                do { try await run("drop database \(database) with (force)") } catch {
                    console.warn("PostgreSQL: the database \(database) is left behind: \(error)")
                }
            })
    }

    /// One statement outside of any transaction, in the database that the environment names.
    private static func run(_ sql: String) async throws {
        let pool = PostgresPool(PostgresSettings(applicationName: "tuesday/\(Version.current)", maximumConnections: 1))
        let outcome: Result<Void, any Error>
        do {
            _ = try await pool.withConnection { try await $0.query(PostgresStatement(unprepared: sql)) }
            outcome = .success(())
        } catch { outcome = .failure(error) }
        await pool.close()
        try outcome.get()
    }
}
