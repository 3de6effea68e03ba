import Domain
import PostgresClient
import Workflow

/// A lane as its row says.
public struct LaneView: Sendable {
    public var id: Int32
    /// The Kafka log its offsets belong to; nil for lanes of a pool.
    public var log: Int32?
    /// The consumer group, or the pool's name.
    public var group: String
    /// Empty for lanes of a pool.
    public var topic: String
    /// Nil for lanes of a pool.
    public var partition: Int32?
    /// Who holds or held it.
    public var owner: String?
    public var epoch: Int64
    public var nextOffset: Int64
    /// Identity of the record at `nextOffset - 1`; nil when none was applied.
    public var lastIdentity: String?
    /// A record applied before, by which the topic is known again; nil when none was.
    public var anchor: LaneAnchor?
    public var laneSeq: Int64
    public var publishedThrough: Int64
    /// Seconds until the lease ends, by the database's clock; negative when it has ended; nil when it was given back.
    public var leaseSeconds: Double?
    /// Seconds since a transaction last succeeded.
    public var idleSeconds: Double
    /// Batches tried since whose workers died, or are at it.
    public var claimsSinceProgress: Int32

    /// Messages committed and not yet known to be published.
    public var pendingCount: Int64 { laneSeq - publishedThrough }
}

/// Reads lanes.
public struct LaneReader: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The row of a Kafka log; nil when this database never consumed it.
    public func log(cluster: String, incarnation: String) async throws -> Int32? {
        try await pool.withConnection { connection in
            try await connection.query(
                "select id from tuesday.log where cluster_id = $1 and incarnation = $2",
                [.text(cluster), .text(incarnation)]
            ).first?.int32(0)
        }
    }

    /// What PostgreSQL knew when the log was first seen is not on it yet: workers wait for `tuesday topics rebuild`.
    public func awaitsRebuild(log: Int32) async throws -> Bool {
        try await pool.withConnection { connection in
            try await connection.query("select from tuesday.log where id = $1 and rebuilt_at is null", [.int32(log)]).count > 0
        }
    }

    /// All lanes: consuming ones by group, topic and partition, then those of pools.
    public func lanes() async throws -> [LaneView] {
        try await pool.withConnection { connection in
            try await connection.query(
                """
                select id, consumer_group, topic, partition, owner, epoch, next_offset, lane_seq, published_through,
                    case when isfinite(lease_until)
                        then extract(epoch from lease_until - clock_timestamp())::double precision end,
                    extract(epoch from clock_timestamp() - progressed_at)::double precision,
                    claims_since_progress, log_id, last_ce_id, anchor_offset, anchor_ce_id
                from tuesday.lane
                order by partition < 0, consumer_group, topic, partition, id
                """
            ).map { row in
                let partition = try row.int32(3)
                return LaneView(
                    id: try row.int32(0), log: try row.optionalInt32(12), group: try row.string(1), topic: try row.string(2),
                    partition: partition < 0 ? nil : partition, owner: try row.optionalString(4),
                    epoch: try row.int64(5), nextOffset: try row.int64(6),
                    lastIdentity: try row.optionalString(13), anchor: try LaneAnchor(row, 14, 15), laneSeq: try row.int64(7),
                    publishedThrough: try row.int64(8), leaseSeconds: try row.optionalDouble(9),
                    idleSeconds: try row.double(10), claimsSinceProgress: try row.int32(11))
            }
        }
    }
}
