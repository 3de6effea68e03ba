import CRdKafka

/// Conversions between partitions and librdkafka's list of them, which lives only inside `body`.
enum PartitionList {
    typealias Pointer = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    static func with<Result>(
        _ partitions: some Sequence<KafkaPartition>, _ body: (Pointer) throws -> Result
    ) rethrows -> Result {
        try with(offsets: partitions.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) }, body)
    }

    static func with<Result>(
        offsets: [(KafkaPartition, Int64)], _ body: (Pointer) throws -> Result
    ) rethrows -> Result {
        let list = rd_kafka_topic_partition_list_new(Int32(max(1, offsets.count)))!
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for (partition, offset) in offsets {
            rd_kafka_topic_partition_list_add(list, partition.topic, partition.partition)!.pointee.offset = offset
        }
        return try body(list)
    }

    static func partitions(of list: Pointer) -> [KafkaPartition] {
        entries(of: list).map { KafkaPartition(topic: String(cString: $0.topic), partition: $0.partition) }
    }

    static func entries(of list: Pointer) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
        UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
    }
}
