import CRdKafka

/// Questions to brokers that block until answered; for threads of their own.
enum BrokerQuery {
    static func clusterID(_ timeoutMilliseconds: Int32, _ handle: OpaquePointer) -> String? {
        guard let id = rd_kafka_clusterid(handle, timeoutMilliseconds) else { return nil }
        defer { rd_kafka_mem_free(handle, id) }
        return String(cString: id)
    }

    /// Asks anew where the partition's leader is when the broker that was asked says it is not: librdkafka remembers leaders
    /// for minutes, and a refusal of this question does not make it look again.
    static func watermarks(
        _ partition: KafkaPartition, _ timeoutMilliseconds: Int, _ handle: OpaquePointer
    ) throws -> (low: Int64, high: Int64) {
        do { return try knownLeaderWatermarks(partition, timeoutMilliseconds, handle) } catch let error as KafkaError
            where error.isRetriable && error.code > 0
        {
            refreshLeaders(timeoutMilliseconds, handle)
            return try knownLeaderWatermarks(partition, timeoutMilliseconds, handle)
        }
    }

    private static func knownLeaderWatermarks(
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

    /// Of all topics the handle knows. Without an answer it knows what it knew.
    private static func refreshLeaders(_ timeoutMilliseconds: Int, _ handle: OpaquePointer) {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        _ = rd_kafka_metadata(handle, 0, nil, &metadata, Int32(timeoutMilliseconds))
        if let metadata { rd_kafka_metadata_destroy(metadata) }
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
