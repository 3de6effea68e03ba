import Contracts
import KafkaClient
import Metrics
import Workflow

/// Publishes messages with a Kafka producer.
public struct KafkaSink: MessageSink {
    private let producer: KafkaProducer
    private let published = Counter(label: "tuesday_published_total")

    public init(producer: KafkaProducer) {
        self.producer = producer
    }

    public func publish(_ messages: [OutgoingMessage]) async throws {
        let deliveries = try await producer.send(
            messages.map { message in
                KafkaMessage(
                    topic: message.topic.rawValue, key: message.key, value: message.value,
                    headers: message.headers.map { KafkaHeader($0.name, $0.value) },
                    timestampMilliseconds: message.at)
            })
        for case .failed(let error) in deliveries { throw error }
        published.increment(by: messages.count)
    }
}
