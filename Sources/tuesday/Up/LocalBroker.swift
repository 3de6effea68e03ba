import Contracts
import KafkaClient

/// The Kafka a Tuesday on this machine works on: the embedded broker, or one that is given.
enum LocalBroker: Sendable {
    case embedded(EmbeddedBroker)
    /// With whatever else its clients must know.
    case given(KafkaSettings)

    /// Opens it with Tuesday's topics on it. Topics that a given broker has already stay as they are.
    ///
    /// - Returns: also how many partitions the submissions topic has.
    static func open(given: KafkaSettings?, partitions: Int) async throws -> (broker: LocalBroker, partitions: Int) {
        guard let given else {
            let broker = try EmbeddedBroker(topics: Topic.allCases.map { ($0.rawValue, partitions) })
            return (.embedded(broker), partitions)
        }
        let broker = LocalBroker.given(given)
        let existing = try await broker.admin.describeTopics()
        let missing = Topic.allCases.filter { topic in !existing.contains { $0.name == topic.rawValue } }
        try await broker.admin.createTopics(
            missing.map {
                KafkaTopicSpec(name: $0.rawValue, partitions: partitions, configuration: $0.configuration)
            })
        return (broker, existing.first { $0.name == Topic.submissions.rawValue }?.partitions ?? partitions)
    }

    /// What a client of it needs.
    var clientSettings: KafkaSettings {
        switch self {
        case .embedded(let broker): ["bootstrap.servers": broker.bootstrapServers]
        case .given(let settings): settings
        }
    }

    var bootstrapServers: String { clientSettings["bootstrap.servers"] ?? "" }

    var isEmbedded: Bool {
        if case .embedded = self { true } else { false }
    }

    var admin: KafkaAdmin { KafkaAdmin(settings: clientSettings) }

    /// Creates one more topic unless it is there.
    func createTopic(_ name: String, partitions: Int, configuration: [String: String] = [:]) async throws {
        switch self {
        case .embedded(let broker): try broker.createTopic(name, partitions: partitions)
        case .given:
            guard try await !admin.describeTopics().contains(where: { $0.name == name }) else { return }
            try await admin.createTopics([
                KafkaTopicSpec(name: name, partitions: partitions, configuration: configuration)
            ])
        }
    }

    func close() {
        if case .embedded(let broker) = self { broker.close() }
    }
}
