import PostgresClient

/// A lane that had applied records when the brokers lost them all.
struct LostLane: Sendable, Hashable {
    let log: Int32
    let group: String
    let topic: String
    let partition: Int32
    let nextOffset: Int64

    /// How `/readyz` begins to say that it stands still.
    var complaint: String { "\(topic)/\(partition) stopped: " }

    /// Those of the present log that can tell that they lost something.
    ///
    /// Not one whose last record leaves once more, because nobody has written down yet that it was published: it may come to the
    /// same offset again.
    static func all(in installation: Installation) async throws -> [LostLane] {
        try await lanes(
            in: installation,
            """
            l.next_offset > 0 and l.log_id = (select max(id) from tuesday.log) and not exists (
                select from tuesday.event e
                join tuesday.lane p on p.id = e.lane_id
                where e.request_id || '-' || e.seq = l.last_ce_id and e.lane_seq > p.published_through)
            """)
    }

    /// Every consuming lane of a log.
    static func lanes(ofLog log: Int32, in installation: Installation) async throws -> [LostLane] {
        try await lanes(in: installation, "l.log_id = \(log)")
    }

    /// Lanes of logs that came after this one.
    static func lanes(afterLog log: Int32, in installation: Installation) async throws -> [LostLane] {
        try await lanes(in: installation, "l.log_id > \(log)")
    }

    private static func lanes(in installation: Installation, _ condition: String) async throws -> [LostLane] {
        try await installation.ask { connection in
            try await connection.query(
                PostgresStatement(
                    unprepared: """
                        select l.log_id, l.consumer_group, l.topic, l.partition, l.next_offset
                        from tuesday.lane l
                        where l.partition >= 0 and \(condition)
                        """)
            ).map {
                LostLane(
                    log: try $0.int32(0), group: try $0.string(1), topic: try $0.string(2), partition: try $0.int32(3),
                    nextOffset: try $0.int64(4))
            }
        }
    }

    /// Sentences about those that are elsewhere now, although no operator has put them there.
    static func moved(_ lost: [LostLane], now: [LostLane]) -> [String] {
        lost.compactMap { lane in
            let present = now.first {
                ($0.log, $0.group, $0.topic, $0.partition) == (lane.log, lane.group, lane.topic, lane.partition)
            }
            guard present?.nextOffset != lane.nextOffset else { return nil }
            let place = present.map { "at \($0.nextOffset)" } ?? "gone"
            return "I8: \(lane.group) was at \(lane.nextOffset) of \(lane.topic) \(lane.partition) when it was lost, "
                + "and is \(place) before anybody recovered it"
        }
    }
}
