import Contracts
import Domain
import PostgresClient
import Workflow

extension LaneStore {
    /// About so many bytes of dead letters are read at a time: each may be as large as a record may be, and a worker has
    /// room for dozens of these, not for a page of them. All else that leaves is small.
    static let letterBytes: Int64 = 8 << 20

    /// The largest value that is read of a dead letter; above it the record has none.
    static let largestValue: PostgresParameter = .int32(Int32(DeadLetterRecord.largestWhole))

    private static let letters = letterPage(where: "lane_id = $1 and lane_seq > $2")

    /// Reads the first dead letters of a condition by lane and number, for ``deadLetter(_:)``: $3 of them at most, and of those
    /// no more than have $5 bytes together, one at least. Of a value above $4 bytes only the length is read.
    ///
    /// Besides, it answers the letter's lane (14).
    static func letterPage(where condition: String) -> PostgresStatement {
        PostgresStatement(
            """
            select lane_seq, at, first_seen_at, source_topic, source_partition, source_offset, consumer_group, reason, detail,
                attempts, key, case when value_bytes <= $4 then value end, headers, value_bytes, lane_id
            from (
                select p.*, sum(p.bytes) over (order by p.lane_id, p.lane_seq rows unbounded preceding) as through_bytes
                from (
                    select *,
                        octet_length(value) as value_bytes,
                        coalesce(octet_length(key), 0) + octet_length(headers)
                            + case when octet_length(value) <= $4 then octet_length(value) else 0 end as bytes
                    from tuesday.dead_letter
                    where \(condition)
                    order by lane_id, lane_seq
                    limit $3) p) q
            where through_bytes - bytes < $5
            order by lane_id, lane_seq
            """)
    }

    /// Stands for a value that was not read because it is too large to leave.
    private static let unreadValue = [UInt8](repeating: 0, count: DeadLetterRecord.largestWhole + 1)

    /// Reads events, notifications, dead letters, entries of the directory, closed windows and what leaves once more by the
    /// index (lane, number) and puts them in order.
    public func tail(of lane: Int32, after laneSeq: Int64, limit: Int) async throws -> [OutgoingMessage] {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                let parameters: [PostgresParameter] = [.int32(lane), .int64(laneSeq), .int64(Int64(limit))]
                let results = try await connection.pipeline([
                    PostgresCall(
                        """
                        select lane_seq, request_id, seq, type, at, body
                        from tuesday.event
                        where lane_id = $1 and lane_seq > $2
                        order by lane_seq
                        limit $3
                        """, parameters),
                    PostgresCall(
                        """
                        select lane_seq, request_id, at, recipient, template, body
                        from tuesday.notification
                        where lane_id = $1 and lane_seq > $2
                        order by lane_seq
                        limit $3
                        """, parameters),
                    PostgresCall(Self.letters, parameters + [Self.largestValue, .int64(Self.letterBytes)]),
                    PostgresCall(
                        """
                        select lane_seq, cadre_id, register_version, at, body
                        from tuesday.directory_entry
                        where lane_id = $1 and lane_seq > $2
                        order by lane_seq
                        limit $3
                        """, parameters),
                    PostgresCall(
                        """
                        select lane_seq, county_id, measure, hour, revision, at, body
                        from tuesday.closed_window
                        where lane_id = $1 and lane_seq > $2
                        order by lane_seq
                        limit $3
                        """, parameters),
                    PostgresCall(
                        """
                        select p.lane_seq - p.event_count + e.seq, p.request_id, e.seq, e.type, e.at, e.body
                        from (
                            select lane_seq, request_id, event_count
                            from tuesday.repetition
                            where lane_id = $1 and lane_seq > $2
                            order by lane_seq
                            limit $3) p
                        cross join lateral (
                            select e.seq, e.type, e.at, e.body
                            from tuesday.event e
                            where e.request_id = p.request_id
                              and e.seq between 1 + greatest(0, $2 - p.lane_seq + p.event_count) and p.event_count
                            order by e.seq
                            limit $3) e
                        where p.lane_seq - p.event_count < $2 + $3
                        order by 1
                        limit $3
                        """, parameters),
                ])
                var messages = try results[0].map(Self.event)
                messages += try results[1].map { try Self.notification($0, lane: lane) }
                messages += try results[2].map(Self.deadLetter)
                messages += try results[3].map(Self.directoryEntry)
                messages += try results[4].map(Self.closedWindow)
                messages += try results[5].map(Self.event)
                // Between letters that were read and what follows them may be letters that were not.
                return TailPage.ordered(messages, after: laneSeq, limit: limit)
            }
        }
    }

    private static func event(_ row: PostgresRow) throws -> OutgoingMessage {
        guard let type = EventType(rawValue: try row.int16(3)) else {
            throw LaneFault.failed("an event has the unknown type \(try row.int16(3))")
        }
        return RequestEventRecord.message(
            request: RequestID(try row.uuid(1)), seq: try row.int32(2), type: type,
            at: Instant(microseconds: try row.timestamp(4)), body: try row.utf8(5), laneSeq: try row.int64(0))
    }

    static func notification(_ row: PostgresRow, lane: Int32) throws -> OutgoingMessage {
        NotificationRecord.message(
            lane: lane, laneSeq: try row.int64(0), at: Instant(microseconds: try row.timestamp(2)),
            recipient: try row.string(3), template: try row.string(4),
            subject: try row.optionalUUID(1).map { RequestID($0) }, body: try row.utf8(5))
    }

    static func directoryEntry(_ row: PostgresRow) throws -> OutgoingMessage {
        DirectoryRecord.message(
            cadre: Cadre.ID(try row.int32(1)), version: try row.int64(2), at: Instant(microseconds: try row.timestamp(3)),
            body: try row.optionalUTF8(4), laneSeq: try row.int64(0))
    }

    private static func closedWindow(_ row: PostgresRow) throws -> OutgoingMessage {
        StatisticsRecord.message(
            county: County.ID(try row.int32(1)), measure: try row.string(2),
            hourStart: Instant(microseconds: try row.timestamp(3)), revision: try row.int32(4),
            at: Instant(microseconds: try row.timestamp(5)), body: try row.utf8(6), laneSeq: try row.int64(0))
    }

    static func deadLetter(_ row: PostgresRow) throws -> OutgoingMessage {
        let value = try row.optionalBytes(11)
        let isUnread = try value == nil && row.optionalInt32(13) != nil
        return DeadLetterRecord.message(
            laneSeq: try row.int64(0),
            source: .init(
                topic: try row.string(3), partition: try row.int32(4), offset: try row.int64(5),
                group: try row.string(6)),
            problem: RecordProblem(reason: try row.string(7), detail: try row.string(8)), attempts: try row.int32(9),
            firstSeen: Instant(microseconds: try row.timestamp(2)), at: Instant(microseconds: try row.timestamp(1)),
            key: try row.optionalBytes(10), value: isUnread ? unreadValue : value,
            original: DeadLetterRecord.headers(json: try row.utf8(12)))
    }
}
