import Testing

@testable import KafkaClient

@Suite(.timeLimit(.minutes(5))) struct AdminTests {
    @Test("Topics are described, and the cluster has an id")
    func describe() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 3)
        let admin = KafkaAdmin(settings: broker.settings)
        #expect(try await admin.describeTopics().first { $0.name == topic }?.partitions == 3)
        #expect(try await admin.clusterID()?.isEmpty == false)
        try broker.embedded?.createTopic(topic, partitions: 3)
    }

    @Test("What a consumer is told of its membership is nothing to who only asks")
    func settingsOfMembers() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic(partitions: 1)
        let settings = broker.settings.merging(["max.poll.interval.ms": "8000", "session.timeout.ms": "6000"]) { $1 }
        for left in [settings, settings.filter { $0.key != "session.timeout.ms" }] {
            let admin = KafkaAdmin(settings: left)
            #expect(try await admin.watermarks(topics: [topic]).count == 1)
            #expect(try await admin.groupLag(group: "nobody", topics: [topic]).count == 1)
            #expect(try await admin.record(of: KafkaPartition(topic: topic, partition: 0), at: 0) == nil)
        }
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
