import Contracts
import KafkaClient
import Messaging
import Testing
import Workflow

@Suite(.timeLimit(.minutes(5))) struct KafkaSinkTests {
    @Test func `Says how many messages were delivered before the first that was not`() async throws {
        let broker = try EmbeddedBroker()
        try broker.createTopic(Topic.requests.rawValue, partitions: 4)
        let producer = try KafkaProducer(settings: ["bootstrap.servers": broker.bootstrapServers])
        // The third is larger than a record may be; what is behind it arrives.
        let messages = (1...5).map { number in
            OutgoingMessage(
                topic: .requests, laneSeq: number, key: [UInt8(number)],
                value: Array(repeating: 0, count: number == 3 ? 2_000_000 : 10), headers: [], at: 0)
        }
        let sink = KafkaSink(producer: producer)
        let failure = await #expect(throws: PublishingFailure.self) { try await sink.publish(messages) }
        #expect(failure?.deliveredCount == 2)
        #expect((failure?.cause as? KafkaError)?.name == "MSG_SIZE_TOO_LARGE")
        try await sink.publish(Array(messages[3...]))
        await producer.close(timeoutMilliseconds: 1_000)
    }
}
