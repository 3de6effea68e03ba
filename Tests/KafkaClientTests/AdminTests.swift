import Synchronization
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

    @Test("Statistics carry counters and the lag of each partition")
    func statistics() throws {
        let json = """
            {"name":"a{b","txmsgs":12,"rxmsgs":3,"msg_cnt":-1,"nested":{"a":[1,{"txmsgs":9}],"b":"}"},
             "topics":{"t.1":{"topic":"t.1","age":1.5,"partitions":{"0":{"x":[],"consumer_lag":7},
             "1":{"consumer_lag":-1},"-1":{"consumer_lag":4}}}}}
            """
        let statistics = KafkaStatistics(json: json)
        #expect(statistics.transmittedMessages == 12)
        #expect(statistics.receivedMessages == 3)
        #expect(statistics.queuedMessages == -1)
        #expect(statistics.consumerLag == [KafkaPartition(topic: "t.1", partition: 0): 7])
        #expect(KafkaStatistics(json: "{\"txmsgs\":").transmittedMessages == 0)
    }

    @Test("A producer reports what it has transmitted")
    func liveStatistics() async throws {
        let broker = try Broker.start()
        let topic = try await broker.topic()
        let (counts, report) = AsyncStream.makeStream(of: Int64.self)
        let producer = try KafkaProducer(
            settings: broker.settings.merging(["statistics.interval.ms": "50"]) { $1 },
            statistics: { report.yield($0.transmittedMessages) })
        _ = try await producer.send(numbered(topic, 0..<25))
        try await within(seconds: 10, "the count of 25") {
            for await count in counts where count == 25 { return }
        }
        await producer.close(timeoutMilliseconds: 5000)
    }
}
