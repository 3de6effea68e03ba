import Domain
import PostgresClient

/// What an import of requests asks the database before it reads its files.
public struct ImportGrounds: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// What time it is for the county: the database's clock, unless a demonstration set another.
    public func now() async throws -> Instant {
        try await pool.withConnection { connection in
            Instant(microseconds: try await connection.query("select clock.now()")[0].timestamp(0))
        }
    }

    /// The words by which texts are mapped to services, by the services' codes.
    public func keywords(of county: County.ID) async throws -> [String: [String]] {
        try await pool.withConnection { connection in
            let rows = try await connection.query(
                """
                select s.code, s.keywords
                from register.service s
                where s.county_id = $1
                """, [.int32(county.rawValue)])
            var keywords: [String: [String]] = [:]
            for row in rows {
                keywords[try row.string(0)] = try row.string(1).split(separator: " ").map(String.init)
            }
            return keywords
        }
    }
}
