import PostgresClient
import Workflow

/// Puts lanes back where their partition begins, after its records were lost or its topic was recreated.
///
/// Effects do not double: deciding groups look at the request's row, folding ones at the last `seq`, intake at the
/// idempotency key. What the lost records would have caused is published again from the
/// events by `tuesday lanes recover` itself.
public struct LaneRecovery: Sendable {
    public struct Position: Sendable {
        public var group: String
        public var topic: String
        public var partition: Int32
        /// The first offset the partition still holds.
        public var low: Int64

        public init(group: String, topic: String, partition: Int32, low: Int64) {
            self.group = group
            self.topic = topic
            self.partition = partition
            self.low = low
        }
    }

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Resets the lanes of one log in one transaction; a worker that holds one is fenced and claims it again.
    /// Returns how many there were.
    public func reset(_ positions: [Position], log: Int32) async throws -> Int {
        try await pool.transaction { connection in
            try await connection.query(
                """
                update tuesday.lane l
                set next_offset = n.low,
                    last_ce_id = null,
                    epoch = l.epoch + 1,
                    claims_since_progress = 0
                from unnest($2::text[], $3::text[], $4::int[], $5::bigint[])
                    as n (consumer_group, topic, partition, low)
                where l.log_id = $1
                  and l.consumer_group = n.consumer_group
                  and l.topic = n.topic
                  and l.partition = n.partition
                  and l.partition >= 0
                """,
                [
                    .int32(log), .texts(positions.map(\.group)), .texts(positions.map(\.topic)),
                    .int32s(positions.map(\.partition)), .int64s(positions.map(\.low)),
                ]
            ).affected
        }
    }
}
