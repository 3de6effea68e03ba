import CRdKafka

/// Questions to brokers that block until answered; for threads of their own.
enum BrokerQuery {
    static func clusterID(_ timeoutMilliseconds: Int32, _ handle: OpaquePointer) -> String? {
        guard let id = rd_kafka_clusterid(handle, timeoutMilliseconds) else { return nil }
        defer { rd_kafka_mem_free(handle, id) }
        return String(cString: id)
    }

    /// The first offset still in the log and the offset the next record will get.
    static func watermarks(
        _ partition: KafkaPartition, _ timeoutMilliseconds: Int, _ handle: OpaquePointer
    ) throws -> (low: Int64, high: Int64) {
        try watermarks([partition], timeoutMilliseconds, handle)[partition]!
    }

    /// The same of several partitions, in one request to each of their leaders; all or none.
    ///
    /// Asks anew who leads them when a leader says it is not, or gives no answer in half of the time: librdkafka remembers
    /// leaders for minutes, and neither makes it look again.
    static func watermarks(
        _ partitions: [KafkaPartition], _ timeoutMilliseconds: Int, _ handle: OpaquePointer
    ) throws -> [KafkaPartition: (low: Int64, high: Int64)] {
        if partitions.isEmpty { return [:] }
        let begin = monotonicMilliseconds()
        let (half, end) = (begin + Int64(timeoutMilliseconds / 2), begin + Int64(timeoutMilliseconds))
        do { return try knownLeaderWatermarks(partitions, until: half, handle) } catch let error as KafkaError
            where error.isRetriable
        {
            refreshLeaders((end - monotonicMilliseconds()) / 2, handle)
            return try knownLeaderWatermarks(partitions, until: end, handle)
        }
    }

    private static func knownLeaderWatermarks(
        _ partitions: [KafkaPartition], until deadline: Int64, _ handle: OpaquePointer
    ) throws -> [KafkaPartition: (low: Int64, high: Int64)] {
        // In this order: the end only grows meanwhile.
        let low = try offsets(of: partitions, at: Int64(RD_KAFKA_OFFSET_BEGINNING), until: deadline, handle)
        let high = try offsets(of: partitions, at: Int64(RD_KAFKA_OFFSET_END), until: deadline, handle)
        return low.reduce(into: [:]) { found, low in found[low.key] = high[low.key].map { (low.value, $0) } }
    }

    /// Offsets at a time, of which Kafka has two special ones: the earliest and the latest, as librdkafka's logical offsets
    /// of the beginning and the end. The latest is what a reader of this client's `isolation.level` may come to.
    ///
    /// `rd_kafka_query_watermark_offsets` sends the same requests and must not be used: that of 2.0.2 keeps no time limit.
    /// It asks a leader that is away again and again, the same broker, whenever the state of any broker has changed.
    private static func offsets(
        of partitions: [KafkaPartition], at time: Int64, until deadline: Int64, _ handle: OpaquePointer
    ) throws -> [KafkaPartition: Int64] {
        let what = "asking for the watermarks of \(partitions[0])\(partitions.count > 1 ? " and others" : "")"
        return try PartitionList.with(offsets: partitions.map { ($0, time) }) { list in
            // Less than nothing would be for ever.
            let rest = deadline - monotonicMilliseconds()
            let code = rest > 0
                ? rd_kafka_offsets_for_times(handle, list, Int32(rest)) : RD_KAFKA_RESP_ERR__TIMED_OUT
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, "\(what): \(KafkaError(code).message)") }
            var offsets: [KafkaPartition: Int64] = [:]
            for entry in PartitionList.entries(of: list) {
                let partition = KafkaPartition(topic: String(cString: entry.topic), partition: entry.partition)
                // Left as it was asked where an answer left the partition out.
                let code = entry.err == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset < 0
                    ? RD_KAFKA_RESP_ERR__BAD_MSG : entry.err
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                    throw KafkaError(code, "asking for the watermarks of \(partition): \(KafkaError(code).message)")
                }
                offsets[partition] = entry.offset
            }
            return offsets
        }
    }

    /// Of all topics the handle knows. Without an answer it knows what it knew.
    private static func refreshLeaders(_ timeoutMilliseconds: Int64, _ handle: OpaquePointer) {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        _ = rd_kafka_metadata(handle, 0, nil, &metadata, Int32(max(0, timeoutMilliseconds)))
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
