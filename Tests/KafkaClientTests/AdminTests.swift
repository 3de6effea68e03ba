import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(1))) struct AdminTests {
    @Test("Topics are described, and the cluster has an id")
    func describe() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 3)
        let admin = KafkaAdmin(settings: broker.settings)
        #expect(try await admin.describeTopics().first { $0.name == topic }?.partitions == 3)
        #expect(try await admin.clusterID()?.isEmpty == false)
        try broker.embedded?.createTopic(topic, partitions: 3)
    }

    @Test("The embedded broker says that it creates no topics for clients", .enabled(if: !Broker.isReal))
    func embeddedHasNoAdministration() async throws {
        let broker = try Broker.start()
        let admin = KafkaAdmin(settings: broker.settings)
        let error = await #expect(throws: KafkaError.self) {
            try await admin.createTopics([KafkaTopicSpec(name: "t", partitions: 1)])
        }
        #expect(error?.message.contains("embedded broker has no administration") == true)
    }

    @Test("Creating a topic twice is no error", .enabled(if: Broker.isReal))
    func createTwice() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 2)
        try await KafkaAdmin(settings: broker.settings).createTopics([
            KafkaTopicSpec(name: topic, partitions: 2, replication: 1, configuration: ["cleanup.policy": "compact"])
        ])
    }
}
