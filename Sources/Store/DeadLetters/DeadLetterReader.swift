import Contracts
import Domain
import PostgresClient
import Workflow

/// Reads dead letters.
public struct DeadLetterReader: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The oldest first, at most `limit`.
    public func letters(_ filter: DeadLetterFilter, limit: Int) async throws -> [DeadLetter] {
        try await pool.withConnection { connection in
            try await connection.pipeline([Self.matching(filter, limit: limit)])[0].map { try DeadLetter(row: $0) }
        }
    }

    /// The oldest first, at most `limit`. Of each only its id is read, however large it is.
    ///
    /// - Parameter page: read at a time.
    public func ids(_ filter: DeadLetterFilter, limit: Int, page: Int = 10_000) async throws -> [DeadLetterID] {
        var ids: [DeadLetterID] = []
        var last: DeadLetterPlace?
        while ids.count < limit {
            let size = min(page, limit - ids.count)
            let places = try await places(filter, after: last, limit: size)
            ids += places.map(\.id)
            guard places.count == size else { break }
            last = places.last
        }
        return ids
    }

    func places(_ filter: DeadLetterFilter, after last: DeadLetterPlace?, limit: Int) async throws -> [DeadLetterPlace] {
        try await pool.withConnection { connection in
            try await connection.pipeline([Self.places(filter, after: last, limit: limit)])[0].map {
                DeadLetterPlace(id: DeadLetterID(lane: try $0.int32(0), laneSeq: try $0.int64(1)), at: try $0.timestamp(2))
            }
        }
    }

    public func letter(_ id: DeadLetterID) async throws -> DeadLetter? {
        try await pool.withConnection { connection in
            try await connection.query(Self.one, [.int32(id.lane), .int64(id.laneSeq)]).first
                .map { try DeadLetter(row: $0) }
        }
    }

    /// The record's value as it was; for the replay, which shows it to nobody.
    func value(of id: DeadLetterID) async throws -> [UInt8]? {
        try await pool.withConnection { connection in
            try await connection.query(
                "select value from tuesday.dead_letter where lane_id = $1 and lane_seq = $2",
                [.int32(id.lane), .int64(id.laneSeq)]
            ).first?.optionalBytes(0)
        }
    }

    /// The record's value, to be shown to a person: it may hold a resident's name and phone, so who read it, when and
    /// what for is on record before it is returned.
    public func valueInTheClear(_ id: DeadLetterID, purpose: String) async throws -> [UInt8]? {
        try await pool.transaction { connection in
            let results = try await connection.pipeline([
                PostgresCall(
                    """
                    insert into personal.access (request_id, dead_letter, purpose)
                    select request_id, $3, $4
                    from tuesday.dead_letter
                    where lane_id = $1 and lane_seq = $2
                    """, [.int32(id.lane), .int64(id.laneSeq), .text("\(id)"), .text(purpose)]),
                PostgresCall(
                    "select value from tuesday.dead_letter where lane_id = $1 and lane_seq = $2",
                    [.int32(id.lane), .int64(id.laneSeq)]),
            ])
            return try results[1].first?.optionalBytes(0)
        }
    }

    private static let columns = """
        l.lane_id, l.lane_seq, l.state, l.consumer_group, l.source_topic, l.source_partition, l.source_offset,
        l.request_id, l.key, l.headers, octet_length(l.value), l.reason, l.detail, l.attempts + l.replay_count, l.at,
        l.replay_problem, l.settled_at, l.settled_by, l.settled_because, p.since,
        l.source_timestamp
        """
    private static let parked =
        "left join tuesday.parked p on p.consumer_group = l.consumer_group and p.request_id = l.request_id"

    private static let one = PostgresStatement(
        "select \(columns) from tuesday.dead_letter l \(parked) where l.lane_id = $1 and l.lane_seq = $2")

    /// Not prepared: it is asked now and then, and each set of filters wants a plan of its own. Finds its page first, and
    /// only then what is parked.
    static func matching(_ filter: DeadLetterFilter, limit: Int) -> PostgresCall {
        PostgresCall(matching, parameters(filter, limit))
    }

    /// Where letters stand, behind one of them. As ``matching(_:limit:)`` does, it wants a plan of its own.
    static func places(_ filter: DeadLetterFilter, after last: DeadLetterPlace?, limit: Int) -> PostgresCall {
        PostgresCall(
            places,
            parameters(filter, limit) + [
                .timestamp(microseconds: last?.at), .int32(last?.id.lane), .int64(last?.id.laneSeq),
            ])
    }

    private static func parameters(_ filter: DeadLetterFilter, _ limit: Int) -> [PostgresParameter] {
        [
            .text(filter.state?.rawValue), .text(filter.group), .text(filter.topic), .text(filter.reason),
            .int64(Int64(limit)),
        ]
    }

    private static let isChosen = """
        ($1::text is null or l.state = $1)
        and ($2::text is null or l.consumer_group = $2)
        and ($3::text is null or l.source_topic = $3)
        and ($4::text is null or l.reason = $4)
        """

    private static let matching = PostgresStatement(
        unprepared: """
            select \(columns)
            from (
                select *
                from tuesday.dead_letter l
                where \(isChosen)
                order by l.at, l.lane_id, l.lane_seq
                limit $5) l
            \(parked)
            order by l.at, l.lane_id, l.lane_seq
            """)

    private static let places = PostgresStatement(
        unprepared: """
            select l.lane_id, l.lane_seq, l.at
            from tuesday.dead_letter l
            where \(isChosen)
              and ($6::timestamptz is null or (l.at, l.lane_id, l.lane_seq) > ($6, $7, $8))
            order by l.at, l.lane_id, l.lane_seq
            limit $5
            """)
}

/// Where a dead letter stands among the others, the oldest first.
struct DeadLetterPlace {
    let id: DeadLetterID
    /// In microseconds since 1970.
    let at: Int64
}

extension DeadLetter {
    /// From the columns of ``DeadLetterReader``.
    fileprivate init(row: PostgresRow) throws {
        guard let state = DeadLetterState(rawValue: try row.string(2)) else {
            throw PostgresFailure(.decode, "a dead letter has the unknown state \(try row.string(2))")
        }
        self.init(
            id: DeadLetterID(lane: try row.int32(0), laneSeq: try row.int64(1)), state: state,
            origin: RecordOrigin(group: try row.string(3), topic: try row.string(4), partition: try row.int32(5)),
            offset: try row.int64(6), timestamp: try row.optionalInt64(20), request: try row.optionalUUID(7).map { RequestID($0) },
            key: try row.optionalBytes(8), headers: DeadLetterRecord.headers(json: try row.utf8(9)),
            valueByteCount: try row.optionalInt(10), reason: try row.string(11), detail: try row.string(12),
            attempts: try row.int32(13), at: Instant(microseconds: try row.timestamp(14)),
            replayProblem: try row.optionalString(15),
            settled: try row.optionalTimestamp(16).map { at in
                Settlement(
                    at: Instant(microseconds: at), by: try row.optionalString(17) ?? "",
                    because: try row.optionalString(18))
            },
            parkedSince: try row.optionalTimestamp(19).map { Instant(microseconds: $0) })
    }
}
