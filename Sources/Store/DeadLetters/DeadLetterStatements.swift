import PostgresClient
import Workflow

/// The statements that settle one dead letter.
enum DeadLetterStatements {
    /// Nil when there is no such letter.
    static func lock(_ id: DeadLetterID, on connection: PostgresConnection) async throws -> DeadLetterState? {
        let rows = try await connection.query(
            "select state from tuesday.dead_letter where lane_id = $1 and lane_seq = $2 for no key update",
            [.int32(id.lane), .int64(id.laneSeq)])
        guard let row = rows.first else { return nil }
        guard let state = DeadLetterState(rawValue: try row.string(0)) else {
            throw PostgresFailure(.decode, "dead letter \(id) has the unknown state \(try row.string(0))")
        }
        return state
    }

    static func settle(_ id: DeadLetterID, as state: DeadLetterState, because: String) -> PostgresCall {
        PostgresCall(
            """
            update tuesday.dead_letter
            set state = $3,
                settled_at = clock_timestamp(),
                settled_by = session_user,
                settled_because = $4
            where lane_id = $1 and lane_seq = $2 and state = 'open'
            """, [.int32(id.lane), .int64(id.laneSeq), .text(state.rawValue), .text(because)])
    }
}
