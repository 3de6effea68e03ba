import KafkaClient
import PostgresClient

/// A lane that stood before the first record its partition still had.
struct LaneMiss: Sendable {
    let group: String
    let topic: String
    let partition: Int32
    /// The partition's first record: what the lane may not reach without an operator.
    let low: Int64

    static func all(in installation: Installation) async throws -> [LaneMiss] {
        let lows = try await installation.topics.beginnings()
        return try await places(installation).compactMap { group, topic, partition, nextOffset in
            let low = lows[KafkaPartition(topic: topic, partition: partition)] ?? 0
            return nextOffset < low ? LaneMiss(group: group, topic: topic, partition: partition, low: low) : nil
        }
    }

    /// Sentences about those that went on all the same. What they had fetched before may have been applied.
    static func skipped(_ missed: [LaneMiss], in installation: Installation) async throws -> [String] {
        try await places(installation).compactMap { group, topic, partition, nextOffset in
            guard let miss = missed.first(where: { $0.group == group && $0.topic == topic && $0.partition == partition }),
                nextOffset >= miss.low
            else { return nil }
            return "I8: \(group) is at \(nextOffset) of \(topic) \(partition), where all records before \(miss.low) were lost"
        }
    }

    private static func places(_ installation: Installation) async throws -> [(String, String, Int32, Int64)] {
        try await installation.ask { connection in
            try await connection.query(
                """
                select consumer_group, topic, partition, next_offset
                from tuesday.lane
                where partition >= 0 and log_id = (select max(id) from tuesday.log)
                """
            ).map { (try $0.string(0), try $0.string(1), try $0.int32(2), try $0.int64(3)) }
        }
    }
}
