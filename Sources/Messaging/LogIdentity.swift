import KafkaClient

extension KafkaAdmin {
    /// What the cluster is called in the identity of a log: its id, or `unnamed` when it gave itself none.
    ///
    /// - Throws: when no broker answers, which must not be taken for a cluster without an id.
    public func clusterName() async throws -> String {
        if let id = try await clusterID() { return id }
        // A cluster without an id answers; one that is not there does not.
        _ = try await describeTopics()
        // It may have come up between the two questions.
        return try await clusterID() ?? Self.unnamed
    }

    /// Of a cluster without an id.
    public static var unnamed: String { "unnamed" }
}
