import CRdKafka

/// Copies librdkafka's messages into records, remembering the topic's name from one message to the next.
struct RecordDecoder {
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

    func record(of pointer: UnsafeMutablePointer<rd_kafka_message_t>, in partition: KafkaPartition) -> KafkaRecord {
        let message = pointer.pointee
        return KafkaRecord(
            topic: partition.topic, partition: partition.partition, offset: message.offset,
            key: message.key.map { Array(UnsafeRawBufferPointer(start: $0, count: message.key_len)) },
            value: message.payload.map { Array(UnsafeRawBufferPointer(start: $0, count: message.len)) },
            headers: headers(of: pointer), timestampMilliseconds: rd_kafka_message_timestamp(pointer, nil))
    }

    private func headers(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [KafkaHeader] = []
        headers.reserveCapacity(rd_kafka_header_cnt(list))
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            headers.append(
                KafkaHeader(
                    name: name.map { String(cString: $0) } ?? "",
                    value: Array(UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : count))))
        }
        return headers
    }
}
