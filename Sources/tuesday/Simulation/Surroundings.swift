import PostgresClient

/// What a simulation has to know of the county it lives in.
struct Surroundings: Sendable {
    let villages: [String]
    let services: [Residents.Service]

    static func read(_ pool: PostgresPool) async throws -> Surroundings {
        try await pool.withConnection { connection in
            let results = try await connection.pipeline([
                PostgresCall("select v.code from register.village v order by v.code"),
                PostgresCall("select s.code, s.name from register.service s order by s.code"),
            ])
            let county = Surroundings(
                villages: try results[0].map { try $0.string(0) },
                services: try results[1].map { Residents.Service(code: try $0.string(0), name: try $0.string(1)) })
            guard !county.villages.isEmpty, !county.services.isEmpty else {
                throw CommandFailure("the register has no villages or no services: nobody could ask for anything", exitStatus: 65)
            }
            return county
        }
    }
}
