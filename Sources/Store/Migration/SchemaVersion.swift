import PostgresClient

/// Which schema this program was built for, and whether a database has it.
///
/// Workers call ``check(_:)`` at start; they never open a schema file.
public enum SchemaVersion {
    /// The number of the last migration; a test holds it equal to the files.
    public static let current: Int32 = 21

    /// The number of the last migration the database has; 0 when it was never migrated.
    public static func ofDatabase(_ connection: PostgresConnection) async throws -> Int32 {
        let bookkeeping = try await connection.query("select to_regclass('public.tuesday_migration') is not null")
        guard try bookkeeping.first?.bool(0) == true else { return 0 }
        let result = try await connection.query(
            "select coalesce(max(number), 0) from public.tuesday_migration where number > 0")
        return try result.first?.int32(0) ?? 0
    }

    /// Throws ``SchemaMismatch``, a plain sentence for an operator, when the database has another schema.
    public static func check(_ connection: PostgresConnection) async throws {
        let found = try await ofDatabase(connection)
        if found != current { throw SchemaMismatch(expected: current, found: found) }
    }
}

/// The database's schema is not the one this program was built for.
public struct SchemaMismatch: Error, Hashable, CustomStringConvertible {
    public let expected: Int32
    /// 0: never migrated.
    public let found: Int32

    public var description: String {
        if found == 0 {
            return "The database has no Tuesday schema; run `tuesday migrate` first."
        }
        if found < expected {
            return "The database has schema version \(found), this program needs \(expected); run `tuesday migrate`."
        }
        return "The database has schema version \(found), this program knows only \(expected); "
            + "start the programs of the newer release."
    }
}
