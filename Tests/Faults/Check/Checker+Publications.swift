import Contracts
import Domain
import PostgresClient
import TestSupport

/// I2: every committed message is on its topic, byte for byte, and nothing else is.
extension Checker {
    func publications() async throws -> [String] {
        let all = await installation.topics.unread
        var found = Unread.problems(all, known: known, mayBeGone: mayBeGone)
        // What was committed before these was judged before.
        let unread = Unread.news(all, known: known)
        for topic in TopicReader.topics where topic != .submissions {
            let seen = await installation.topics.seen[topic] ?? [:]
            found += Publications.problems(
                topic, committed: try await committed(topic), seen: seen, isDone: isDone,
                unreadCount: unread.filter { $0.partition.topic == topic.rawValue }.reduce(0) { $0 + $1.hole.offsets.count })
        }
        // One lane tells of the register. Where producers and workers fail, what is repeated may come late.
        if isCalm {
            let seen = await installation.topics.seen[.directory] ?? [:]
            found += Publications.disorder(.directory, versions: try await directoryVersions(), seen: seen)
        }
        return found
    }

    /// Where to look for what was committed and is not on its topic.
    func whereabouts() async throws -> [String] {
        var lines: [String] = []
        for topic in TopicReader.topics where topic != .submissions {
            let seen = await installation.topics.seen[topic] ?? [:]
            lines += Whereabouts.lines(topic, committed: try await committed(topic), seen: seen)
        }
        return lines
    }

    private func directoryVersions() async throws -> [String: (key: String, version: Int64)] {
        let rows = try await installation.ask { connection in
            try await connection.query("select cadre_id::text, register_version from tuesday.directory_entry").map {
                (key: try $0.string(0), version: try $0.int64(1))
            }
        }
        return Dictionary(rows.map { ("cadre-\($0.key)-\($0.version)", $0) }) { first, _ in first }
    }

    /// By identity what was committed.
    private func committed(_ topic: Topic) async throws -> [String: Publications.Committed] {
        switch topic {
        case .requests:
            try await messages("select lane_id, lane_seq, request_id, seq, type, at, body from tuesday.event") { row in
                guard let type = EventType(rawValue: try row.int16(4)) else {
                    throw ScenarioFailure("I3: an event in the database has the type \(try row.int16(4))")
                }
                return RequestEventRecord.message(
                    request: RequestID(try row.uuid(2)), seq: try row.int32(3), type: type,
                    at: Instant(microseconds: try row.timestamp(5)), body: try row.utf8(6), laneSeq: 0)
            }
        case .notifications:
            try await messages(
                "select lane_id, lane_seq, at, recipient, template, request_id, body from tuesday.notification"
            ) { row in
                NotificationRecord.message(
                    lane: try row.int32(0), laneSeq: try row.int64(1), at: Instant(microseconds: try row.timestamp(2)),
                    recipient: try row.string(3), template: try row.string(4),
                    subject: try row.optionalUUID(5).map { RequestID($0) }, body: try row.utf8(6))
            }
        case .directory:
            try await messages(
                "select lane_id, lane_seq, cadre_id, register_version, at, body from tuesday.directory_entry"
            ) { row in
                DirectoryRecord.message(
                    cadre: Cadre.ID(try row.int32(2)), version: try row.int64(3),
                    at: Instant(microseconds: try row.timestamp(4)), body: try row.optionalUTF8(5), laneSeq: 0)
            }
        case .statistics:
            try await messages(
                "select lane_id, lane_seq, county_id, measure, hour, revision, at, body from tuesday.closed_window"
            ) { row in
                StatisticsRecord.message(
                    county: County.ID(try row.int32(2)), measure: try row.string(3),
                    hourStart: Instant(microseconds: try row.timestamp(4)), revision: try row.int32(5),
                    at: Instant(microseconds: try row.timestamp(6)), body: try row.utf8(7), laneSeq: 0)
            }
        default:
            try await messages(
                """
                select lane_id, lane_seq, source_topic, source_partition, source_offset, consumer_group, reason, detail,
                    attempts, first_seen_at, at, key, value, headers
                from tuesday.dead_letter
                """
            ) { row in
                DeadLetterRecord.message(
                    laneSeq: 0,
                    source: .init(
                        topic: try row.string(2), partition: try row.int32(3), offset: try row.int64(4),
                        group: try row.string(5)),
                    problem: RecordProblem(reason: try row.string(6), detail: try row.string(7)),
                    attempts: try row.int32(8), firstSeen: Instant(microseconds: try row.timestamp(9)),
                    at: Instant(microseconds: try row.timestamp(10)), key: try row.optionalBytes(11),
                    value: try row.optionalBytes(12), original: DeadLetterRecord.headers(json: try row.utf8(13)))
            }
        }
    }

    /// - Parameter message: of a row whose first columns are the lane and the number in it.
    private func messages(
        _ sql: String, _ message: @escaping @Sendable (PostgresRow) throws -> OutgoingMessage
    ) async throws -> [String: Publications.Committed] {
        let rows = try await installation.ask { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { row in
                let message = try message(row)
                let headers = message.headers
                let identity = TopicReader.identity(on: message.topic) { name in headers.last { $0.name == name }?.value }
                return (
                    identity ?? "",
                    Publications.Committed(
                        key: message.key, value: message.value, headers: headers.map { "\($0.name): \($0.value)" },
                        lane: try Self.lanePlace(row))
                )
            }
        }
        return Dictionary(rows) { first, _ in first }
    }

    private static func lanePlace(_ row: PostgresRow) throws -> Publications.LanePlace {
        Publications.LanePlace(lane: try row.int32(0), seq: try row.int64(1))
    }
}
