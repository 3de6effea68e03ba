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

/// A message goes to the producer as it is: its bytes are parts of its transaction's memory.
extension OutgoingMessage: KafkaProducible {
    /// The topic's name on the broker.
    public var topicName: String { topic.rawValue }
    /// Left to the partitioner: chosen from the key.
    public var partition: Int32? { nil }
    /// When it was decided.
    public var timestampMilliseconds: Int64? { at }

    /// Calls the body for each header in order; the pointers are valid for that call only.
    public func forEachHeader(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void) {
        headerBlock.forEach(body)
    }
}
