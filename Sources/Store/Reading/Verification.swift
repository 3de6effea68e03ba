import Domain
import PostgresClient

/// Looks, without changing anything, whether the database holds what the code promises.
///
/// It reads whole tables in one snapshot: minutes on millions of requests, beside working lanes. The hot tables have
/// no foreign keys; these checks stand in for them.
public struct Verification: Sendable {
    /// How many violations of one rule are named.
    public static let limit = 20

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Sentences with ids, in order of the checks, at most ``limit`` of each; empty when all is well.
    ///
    /// - Parameter progress: called with the name of each check before it runs.
    public func violations(progress: (String) -> Void = { _ in }) async throws -> [String] {
        try await pool.transaction(.snapshot) { connection in
            var violations: [String] = []
            for check in VerificationChecks.all {
                progress(check.name)
                let rows = try await connection.query(
                    PostgresStatement(unprepared: "\(check.sql)\nlimit \(Self.limit)"))
                for row in rows { violations.append("\(check.name): \(try row.string(0))") }
            }
            return violations
        }
    }
}
