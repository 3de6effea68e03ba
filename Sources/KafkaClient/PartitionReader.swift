import CRdKafka

/// Tells the partition of librdkafka's messages, remembering the topic's name from one message to the next.
struct PartitionReader {
    private var lastTopic: (handle: OpaquePointer, name: String)?

    /// The handle of a topic may be freed and its address reused between two assignments.
    mutating func forgetTopics() { lastTopic = nil }

    mutating func partition(of message: rd_kafka_message_t) -> KafkaPartition? {
        guard let handle = message.rkt else { return nil }
        if let lastTopic, lastTopic.handle == handle {
            return KafkaPartition(topic: lastTopic.name, partition: message.partition)
        }
        let name = String(cString: rd_kafka_topic_name(handle))
        lastTopic = (handle, name)
        return KafkaPartition(topic: name, partition: message.partition)
    }
}
