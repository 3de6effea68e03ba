import Foundation
import PostgresClient
import Store

/// A database of its own for one test, on the server that `TUESDAY_TEST_POSTGRES` (a libpq connection string) names.
struct MigrationDatabase {
    static let server = ProcessInfo.processInfo.environment["TUESDAY_TEST_POSTGRES"]

    let name: String
    let pool: PostgresPool
    var conninfo: String { Self.conninfo(name) }

    /// Runs `body` with a new, empty database, and drops it afterwards whatever happened.
    static func with(_ body: (MigrationDatabase) async throws -> Void) async throws {
        let name = "store_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        let administration = PostgresPool(PostgresSettings(conninfo: server ?? "", maximumConnections: 1))
        try await administration.withConnection { try await $0.execute(script: "create database \(name)") }
        let database = MigrationDatabase(
            name: name, pool: PostgresPool(PostgresSettings(conninfo: conninfo(name), maximumConnections: 4)))
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        await database.pool.close()
        try await administration.withConnection { try await $0.execute(script: "drop database \(name) with (force)") }
        await administration.close()
        try result.get()
    }

    /// The same with the shipped schema in it.
    static func migrated(_ body: (MigrationDatabase) async throws -> Void) async throws {
        try await with { database in
            try await Migrator(pool: database.pool, files: SchemaFiles.shipped()).migrate()
            try await body(database)
        }
    }

    private static func conninfo(_ name: String) -> String {
        let server = server ?? ""
        // libpq lets a later setting win, and knows URIs only whole.
        return server.contains("://") ? "\(server)&dbname=\(name)" : "\(server) dbname=\(name)"
    }

    /// The first column of a query's rows as text.
    func texts(_ sql: String) async throws -> [String] {
        try await pool.withConnection { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { try $0.string(0) }
        }
    }
}
