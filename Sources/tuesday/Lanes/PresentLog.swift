import KafkaClient
import PostgresClient
import Runtime
import Store

/// The Kafka log that the settings name: the cluster's id and kafka.incarnation.
struct PresentLog: Sendable {
    let settings: Settings
    let admin: KafkaAdmin

    /// Nil when this database never consumed it.
    func id(in pool: PostgresPool) async throws -> Int32? {
        try await LaneReader(pool: pool).log(
            cluster: try await clusterID(), incarnation: settings.text(.kafkaIncarnation))
    }

    /// - Throws: when no broker answers.
    func clusterID() async throws -> String {
        if let id = try await admin.clusterID() { return id }
        // A cluster without an id answers; one that is not there does not.
        _ = try await admin.describeTopics()
        return "unnamed"
    }
}
