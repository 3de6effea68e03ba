import CRdKafka

/// Questions to brokers that block until answered; for threads of their own.
enum BrokerQuery {
    static func clusterID(_ timeoutMilliseconds: Int32, _ handle: OpaquePointer) -> String? {
        guard let id = rd_kafka_clusterid(handle, timeoutMilliseconds) else { return nil }
        defer { rd_kafka_mem_free(handle, id) }
        return String(cString: id)
    }

    static func watermarks(
        _ partition: KafkaPartition, _ timeoutMilliseconds: Int, _ handle: OpaquePointer
    ) throws -> (low: Int64, high: Int64) {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = rd_kafka_query_watermark_offsets(
            handle, partition.topic, partition.partition, &low, &high, Int32(timeoutMilliseconds))
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(code, "asking for the watermarks of \(partition): \(KafkaError(code).message)")
        }
        return (low, high)
    }

    static func committed(
        _ partitions: [KafkaPartition], _ timeoutMilliseconds: Int, _ handle: OpaquePointer
    ) throws -> [KafkaPartition: Int64] {
        try PartitionList.with(partitions) { list in
            let code = rd_kafka_committed(handle, list, Int32(timeoutMilliseconds))
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaError(code, "asking for committed offsets: \(KafkaError(code).message)")
            }
            var offsets: [KafkaPartition: Int64] = [:]
            for entry in PartitionList.entries(of: list) {
                let partition = KafkaPartition(topic: String(cString: entry.topic), partition: entry.partition)
                guard entry.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    throw KafkaError(
                        entry.err, "asking for the committed offset of \(partition): \(KafkaError(entry.err).message)")
                }
                if entry.offset >= 0 { offsets[partition] = entry.offset }
            }
            return offsets
        }
    }
}
