import Domain
import PostgresClient
import Workflow

/// The registers as workers load them.
public struct RegisterReading: RegisterSource {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func versions() async throws -> [County.ID: Int64] {
        try await withLaneFaults {
            let counties = try await RegisterStore(pool: pool).counties()
            return Dictionary(uniqueKeysWithValues: counties.map { ($0.id, $0.registerVersion) })
        }
    }

    public func register(of county: County.ID, version: Int64?) async throws -> Register {
        try await withLaneFaults { try await RegisterStore(pool: pool).load(county: county, version: version) }
    }
}
