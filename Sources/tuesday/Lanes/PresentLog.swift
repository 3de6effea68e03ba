import KafkaClient
import Messaging
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
            cluster: try await admin.clusterName(), incarnation: settings.text(.kafkaIncarnation))
    }
}
