import PostgresClient
import Workflow

/// Keeps that notifications were delivered.
public struct ReceiptStore: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// False when there is no such notification. The first receipt stays.
    public func record(_ notification: MessageID) async throws -> Bool {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.query(
                    """
                    update tuesday.notification
                    set receipt_at = coalesce(receipt_at, clock.now())
                    where lane_id = $1 and lane_seq = $2
                    """, [.int32(notification.lane), .int64(notification.laneSeq)]
                ).affected == 1
            }
        }
    }
}
