import CRdKafka

/// Reads one record with a client of its own, outside any group, through librdkafka's simple consumer.
enum SingleRecordReader {
    /// The record at exactly this offset; as ``first(_:from:timeoutMilliseconds:settings:log:)`` otherwise.
    static func read(
        _ partition: KafkaPartition, at offset: Int64, timeoutMilliseconds: Int, settings: KafkaSettings,
        log: @escaping KafkaLog
    ) throws -> KafkaRecord? {
        let first = try first(
            partition, from: offset, timeoutMilliseconds: timeoutMilliseconds, settings: settings, log: log)
        return first?.offset == offset ? first : nil
    }

    /// The first record that is not before this offset; nil when none follows up to the end, or when the partition begins
    /// further on.
    ///
    /// Blocks up to the timeout (and for the few milliseconds that freeing the client takes).
    static func first(
        _ partition: KafkaPartition, from offset: Int64, timeoutMilliseconds: Int, settings: KafkaSettings,
        log: @escaping KafkaLog
    ) throws -> KafkaRecord? {
        let deadline = monotonicMilliseconds() + Int64(timeoutMilliseconds)
        var settings = settings
        for name in ["group.id", "group.instance.id", "statistics.interval.ms"] { settings[name] = nil }
        // One record is wanted: nothing is to be read ahead. A larger record comes all the same.
        settings["fetch.message.max.bytes"] = "65536"
        settings["queued.min.messages"] = "1"
        // Marks of transactions and what they aborted take offsets up to the end and never come: the end itself says so.
        settings["enable.partition.eof"] = "true"
        settings["auto.offset.reset"] = "error"
        let client = try ClientHandle(RD_KAFKA_CONSUMER, settings, ClientContext(log: log))
        defer { client.destroy() }

        let (low, high) = try BrokerQuery.watermarks(partition, timeoutMilliseconds, client.pointer)
        guard offset >= low, offset < high else { return nil }
        guard let topic = rd_kafka_topic_new(client.pointer, partition.topic, nil) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, "'\(partition.topic)' is no name of a topic")
        }
        defer { rd_kafka_topic_destroy(topic) }
        guard rd_kafka_consume_start(topic, partition.partition, offset) == 0 else {
            throw KafkaError(rd_kafka_last_error(), "reading \(partition) at \(offset)")
        }
        defer { rd_kafka_consume_stop(topic, partition.partition) }
        while case let rest = deadline - monotonicMilliseconds(), rest > 0 {
            guard let message = rd_kafka_consume(topic, partition.partition, Int32(rest)) else { continue }
            defer { rd_kafka_message_destroy(message) }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                if message.pointee.offset < offset { continue }
                var record = RecordBlockBuilder(partition)
                record.append(message)
                return record.block().records[0]
            case RD_KAFKA_RESP_ERR__PARTITION_EOF: return nil
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
                // It was in the log a moment ago; retention took it meanwhile.
                return nil
            case let code:
                let error = KafkaError(code, "reading \(partition) at \(offset): \(KafkaError(code).message)")
                guard error.isRetriable else { throw error }
            }
        }
        throw KafkaError(
            RD_KAFKA_RESP_ERR__TIMED_OUT, "no record of \(partition) from \(offset) on within \(timeoutMilliseconds) ms")
    }
}
