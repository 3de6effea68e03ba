import CRdKafka

/// The CreateTopics request: C objects in, one answer per topic out.
enum TopicCreation {
    static func create(_ topics: [KafkaTopicSpec], _ timeoutMilliseconds: Int32, _ client: OpaquePointer) throws {
        var requests: [OpaquePointer?] = []
        defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
        for topic in topics { requests.append(try request(for: topic)) }

        let options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var reason = [CChar](repeating: 0, count: 512)
        rd_kafka_AdminOptions_set_request_timeout(options, timeoutMilliseconds, &reason, reason.count)
        // Without it the answer comes before the partitions have leaders.
        rd_kafka_AdminOptions_set_operation_timeout(options, timeoutMilliseconds, &reason, reason.count)

        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_CreateTopics(client, &requests, requests.count, options, queue)
        guard let event = rd_kafka_queue_poll(queue, timeoutMilliseconds * 2 + 1000) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT, "no broker answered the creation of topics")
        }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(code, "creating topics: \(String(cString: rd_kafka_event_error_string(event)))")
        }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        for result in UnsafeBufferPointer(start: results, count: count) {
            let code = rd_kafka_topic_result_error(result)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { continue }
            let name = String(cString: rd_kafka_topic_result_name(result))
            let detail = rd_kafka_topic_result_error_string(result).map { String(cString: $0) } ?? ""
            throw KafkaError(code, "creating topic '\(name)': \(detail)")
        }
    }

    private static func request(for topic: KafkaTopicSpec) throws -> OpaquePointer {
        var reason = [CChar](repeating: 0, count: 512)
        guard
            let request = rd_kafka_NewTopic_new(
                topic.name, Int32(topic.partitions), Int32(topic.replication), &reason, reason.count)
        else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, "topic '\(topic.name)': \(text(of: reason))") }
        for (name, value) in topic.configuration { rd_kafka_NewTopic_set_config(request, name, value) }
        return request
    }
}
