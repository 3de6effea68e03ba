import PostgresClient
import Store
import TestSupport

/// A database of its own for one test.
struct MigrationDatabase {
    let conninfo: String
    let pool: PostgresPool

    /// Runs `body` with a new, empty database, and closes the pool afterwards whatever happened.
    static func with(_ body: (MigrationDatabase) async throws -> Void) async throws {
        let conninfo = try await TestPostgres.freshDatabase("store")
        var settings = PostgresSettings(conninfo: conninfo, maximumConnections: 4)
        // Callers wait for their turn while every core is at other tests.
        settings.acquireTimeout = .seconds(120)
        let database = MigrationDatabase(conninfo: conninfo, pool: PostgresPool(settings))
        do {
            try await body(database)
        } catch {
            await database.pool.close()
            throw error
        }
        await database.pool.close()
    }

    /// The same with the shipped schema in it.
    static func migrated(_ body: (MigrationDatabase) async throws -> Void) async throws {
        try await with { database in
            try await Migrator(pool: database.pool, files: SchemaFiles.shipped()).migrate()
            try await body(database)
        }
    }

    /// The first column of a query's rows as text.
    func texts(_ sql: String) async throws -> [String] {
        try await pool.withConnection { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { try $0.string(0) }
        }
    }
}
