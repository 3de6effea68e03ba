import Contracts
import Failpoints
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
        if failpoint("produce.before") { throw LaneFault.unavailable("dropped by a test") }
        if isPlanted("cursor-before-reports") {
            Task { _ = try await producer.send(messages) }
            return
        }
        let deliveries = try await producer.send(messages)
        if failpoint("produce.reported") { throw LaneFault.unavailable("dropped by a test") }
        for (count, delivery) in deliveries.enumerated() {
            guard case .failed(let error) = delivery else { continue }
            published.increment(by: count)
            throw PublishingFailure(deliveredCount: count, cause: error)
        }
        published.increment(by: messages.count)
    }
}

extension OutgoingMessage: KafkaProducible {
    public var topicName: String { topic.rawValue }
    public var partition: Int32? { nil }
    public var timestampMilliseconds: Int64? { at }

    public func forEachHeader(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void) {
        headerBlock.forEach(body)
    }
}
