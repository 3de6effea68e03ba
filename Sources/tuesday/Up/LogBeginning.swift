import Contracts
import KafkaClient
import PostgresClient

/// Lets a database that has read nothing of a log begin where that log ends now: on a broker that others used before,
/// and where nothing that PostgreSQL knows is wanted in the topics again.
struct LogBeginning: Sendable {
    let pool: PostgresPool
    let admin: KafkaAdmin

    /// To be called before any worker starts.
    func passOver(cluster: String, incarnation: String) async throws {
        var ends: [KafkaPartition: Int64] = [:]
        for group in ConsumerGroup.allCases {
            let offsets = try await admin.groupLag(group: group.rawValue, topics: [group.topic.rawValue])
            for (partition, offset) in offsets where offset.high > 0 { ends[partition] = offset.high }
        }
        let rows = ConsumerGroup.allCases.flatMap { group in
            ends.filter { $0.key.topic == group.topic.rawValue }.map { (group: group.rawValue, place: $0.key, offset: $0.value) }
        }
        try await pool.transaction { connection in
            try await connection.pipeline([
                PostgresCall(
                    "insert into tuesday.log (cluster_id, incarnation, rebuilt_at) values ($1, $2, clock_timestamp())",
                    [.text(cluster), .text(incarnation)]),
                PostgresCall(
                    """
                    insert into tuesday.lane (log_id, consumer_group, topic, partition, next_offset)
                    select l.id, n.consumer_group, n.topic, n.partition, n.next_offset
                    from unnest($3::text[], $4::text[], $5::int[], $6::bigint[])
                        as n (consumer_group, topic, partition, next_offset)
                    join tuesday.log l on l.cluster_id = $1 and l.incarnation = $2
                    """,
                    [
                        .text(cluster), .text(incarnation), .texts(rows.map(\.group)), .texts(rows.map(\.place.topic)),
                        .int32s(rows.map(\.place.partition)), .int64s(rows.map(\.offset)),
                    ]),
            ])
        }
    }
}
