import Domain
import Failpoints
import PostgresClient
import Workflow

/// The timers of waiting requests.
extension RoutingTransactions {
    /// Locks one row of `tuesday.routing_sweep`, then requests, waiting for none of them, and then makes waiting rows in
    /// order of id; no other transaction takes the first.
    public func sweep(after grace: Duration) async throws -> SweepStep? {
        try await withLaneFaults {
            try await pool.transaction { connection in
                let results = try await connection.pipeline([
                    PostgresCall(SweepStatements.begin), SweepStatements.take(after: grace),
                ])
                guard let row = results[1].first else { return nil }
                let swept = try await connection.pipeline([SweepStatements.sweep(TakenLane(row: row))])[0][0]
                failpoint("sweep.rows-made")
                return SweepStep(
                    events: Int(try swept.int64(0)), found: Int(try swept.int64(1)), isHeldUp: try swept.bool(2))
            }
        }
    }

    public func due(limit: Int, registers: [County.ID: Int64]) async throws -> [DueRequest] {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                let limit = PostgresParameter.int64(Int64(limit))
                var calls = [PostgresCall(WaitingStatements.peekDue, [limit])]
                for (county, version) in registers {
                    calls.append(
                        PostgresCall(
                            WaitingStatements.peekOutdated, [.int32(county.rawValue), .int64(version), limit]))
                }
                var attempts: [RequestID: Int32] = [:]
                for result in try await connection.pipeline(calls) {
                    for row in result { attempts[RequestID(try row.uuid(0))] = try row.int32(1) }
                }
                return attempts.map { DueRequest(id: $0.key, attempts: $0.value) }.sorted { $0.id < $1.id }
            }
        }
    }

    public func postpone(_ request: RequestID, bySeconds seconds: Int64) async throws {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.pipeline([WaitingStatements.postpone([request.value], bySeconds: seconds)])
            }
        }
    }
}
