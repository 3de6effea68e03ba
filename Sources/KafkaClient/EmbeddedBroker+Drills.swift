import CRdKafka

/// What goes wrong with real brokers, for drills and tests.
extension EmbeddedBroker {
    /// From now on every answer of a broker takes that much longer.
    public func setRoundTrip(milliseconds: Int, broker: Int32) throws {
        try withCluster { cluster in
            try Self.check(rd_kafka_mock_broker_set_rtt(cluster, broker, Int32(milliseconds)))
        }
    }

    /// The next answers of one kind (``failNext(api:with:)`` says which) come late, and well. Past the client's own timeout
    /// that is a message written whose acknowledgement was lost.
    public func delayNext(api: Int16, count: Int, milliseconds: Int32, broker: Int32) throws {
        try withCluster { cluster in
            for _ in 0..<count {
                try Self.check(tuesday_mock_answer_next(cluster, broker, api, RD_KAFKA_RESP_ERR_NO_ERROR, milliseconds))
            }
        }
    }

    /// One broker answers the next request of one kind with this error. What it was told so, or by
    /// ``delayNext(api:count:milliseconds:broker:)``, comes before ``failNext(api:with:)``, which it never looks at again.
    public func failNext(api: Int16, with code: Int32, broker: Int32) throws {
        try withCluster { cluster in
            try Self.check(
                tuesday_mock_answer_next(cluster, broker, api, rd_kafka_resp_err_t(rawValue: code), 0))
        }
    }

    /// How many answers of one kind a broker was told of and has not given yet.
    public func pendingCount(api: Int16, broker: Int32) throws -> Int {
        var count = 0
        try withCluster { cluster in
            try Self.check(rd_kafka_mock_broker_error_stack_cnt(cluster, broker, api, &count))
        }
        return count
    }

    /// Another broker leads the partition.
    public func setLeader(of topic: String, partition: Int32, broker: Int32) throws {
        try withCluster { cluster in
            try Self.check(rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker))
        }
    }

    /// Another broker coordinates the group.
    public func setCoordinator(ofGroup group: String, broker: Int32) throws {
        try withCluster { cluster in try Self.check(rd_kafka_mock_coordinator_set(cluster, "group", group, broker)) }
    }

    private static func check(_ code: rd_kafka_resp_err_t) throws {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code) }
    }
}
