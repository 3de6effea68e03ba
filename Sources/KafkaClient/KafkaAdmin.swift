import CRdKafka

/// A topic to create.
public struct KafkaTopicSpec: Sendable, Equatable {
    /// Letters, digits, `.`, `_` and `-`, 249 at most; the cluster refuses others.
    public var name: String
    /// 1...; may be raised later, which moves keys to other partitions, and never lowered.
    public var partitions: Int
    /// Copies of each partition, 1...; -1: the broker's default.
    public var replication: Int
    /// Topic settings by Kafka's names, as in `cleanup.policy`.
    public var configuration: [String: String]

    /// Nothing is checked here: the cluster says what it does not take when the topic is created.
    public init(name: String, partitions: Int, replication: Int = -1, configuration: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.configuration = configuration
    }
}

/// A topic as the cluster describes it.
public struct KafkaTopicDescription: Sendable, Equatable {
    /// Its name, which no other topic of the cluster has.
    public let name: String
    /// How many it has now, numbered from 0.
    public let partitions: Int
}

/// How far a group has come in one partition.
public struct KafkaGroupOffset: Sendable, Equatable {
    /// The next offset the group reads; nil: it never committed one.
    public let committed: Int64?
    /// The first offset still in the log.
    public let low: Int64
    /// The offset the next record will get.
    public let high: Int64

    /// Records the group has not read, of those still in the log.
    public var lag: Int64 { max(0, high - max(committed ?? low, low)) }
}

/// Questions about a cluster and the creation of topics; every call has a client of its own for as long as it takes.
public struct KafkaAdmin: Sendable {
    private let settings: KafkaSettings
    private let log: KafkaLog
    private let timeoutMilliseconds: Int

    /// What members of a group go by. Clients here are none, and librdkafka makes no consumer that may be without a poll for a
    /// shorter time than its session takes, which is 45 s unless it is told.
    private static let ofMembers: Set = [
        "group.instance.id", "heartbeat.interval.ms", "max.poll.interval.ms", "session.timeout.ms",
    ]

    /// - Parameters:
    ///   - settings: may be a consumer's: what concerns its membership of a group is left out.
    ///   - timeoutMilliseconds: for each exchange with a broker; a call may need several.
    public init(
        settings: KafkaSettings, timeoutMilliseconds: Int = 10_000, log: @escaping KafkaLog = { _ in }
    ) {
        self.settings = settings.filter { !Self.ofMembers.contains($0.key) }
        self.timeoutMilliseconds = timeoutMilliseconds
        self.log = log
    }

    /// Creates topics and waits until the cluster has done so. A topic that exists already is left as it is, whatever its
    /// number of partitions.
    /// - Throws: on the embedded broker, which has no administration: create topics with `EmbeddedBroker.createTopic`.
    public func createTopics(_ topics: [KafkaTopicSpec]) async throws {
        if topics.isEmpty { return }
        let timeout = Int32(timeoutMilliseconds)
        try await withClient { client in
            if BrokerQuery.clusterID(timeout, client)?.hasPrefix("mockCluster") == true {
                throw KafkaError(
                    RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
                    "the embedded broker has no administration: the process that hosts it creates its topics")
            }
            try TopicCreation.create(topics, timeout, client)
        }
    }

    /// All topics of the cluster, by name, including the cluster's own such as `__consumer_offsets`.
    public func describeTopics() async throws -> [KafkaTopicDescription] {
        let timeout = Int32(timeoutMilliseconds)
        return try await withClient { client in
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let code = rd_kafka_metadata(client, 1, nil, &metadata, timeout)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
                throw KafkaError(code, "asking for the cluster's topics: \(KafkaError(code).message)")
            }
            defer { rd_kafka_metadata_destroy(metadata) }
            return UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
                .map { KafkaTopicDescription(name: String(cString: $0.topic), partitions: Int($0.partition_cnt)) }
                .sorted { $0.name < $1.name }
        }
    }

    /// The id the cluster gave itself; nil when it has none or no broker answers in time. The embedded broker's begins with
    /// `mockCluster` and is not unique over time.
    public func clusterID() async throws -> String? {
        let timeout = Int32(timeoutMilliseconds)
        return try await withClient { BrokerQuery.clusterID(timeout, $0) }
    }

    /// The first offset still in the log of every partition of these topics, and the offset its next record will get; on
    /// both kinds of broker.
    /// - Throws: `KafkaError` `_UNKNOWN_TOPIC` when one of them does not exist.
    public func watermarks(topics: [String]) async throws -> [KafkaPartition: (low: Int64, high: Int64)] {
        let partitions = try await partitions(of: topics)
        let timeout = timeoutMilliseconds
        return try await withClient(RD_KAFKA_CONSUMER) { try BrokerQuery.watermarks(partitions, timeout, $0) }
    }

    /// Reads the one record at exactly this offset.
    ///
    /// - Returns: nil when there is no record at the offset: not yet, no longer, or compacted away.
    public func record(of partition: KafkaPartition, at offset: Int64) async throws -> KafkaRecord? {
        let (settings, log, timeout) = (settings, log, timeoutMilliseconds)
        return try await onOwnThread("kafka-admin") {
            try SingleRecordReader.read(
                partition, at: offset, timeoutMilliseconds: timeout, settings: settings, log: log)
        }
    }

    /// How far a group has come in every partition of these topics; on both kinds of broker.
    /// - Throws: `KafkaError` `_UNKNOWN_TOPIC` when one of them does not exist.
    public func groupLag(group: String, topics: [String]) async throws -> [KafkaPartition: KafkaGroupOffset] {
        let partitions = try await partitions(of: topics)
        let timeout = timeoutMilliseconds
        return try await withClient(RD_KAFKA_CONSUMER, settings.merging(["group.id": group]) { $1 }) { client in
            let committed = try BrokerQuery.committed(partitions, timeout, client)
            let watermarks = try BrokerQuery.watermarks(partitions, timeout, client)
            return watermarks.reduce(into: [:]) { offsets, found in
                offsets[found.key] = KafkaGroupOffset(
                    committed: committed[found.key], low: found.value.low, high: found.value.high)
            }
        }
    }

    private func partitions(of topics: [String]) async throws -> [KafkaPartition] {
        let existing = try await describeTopics()
        return try topics.flatMap { name in
            guard let topic = existing.first(where: { $0.name == name }) else {
                throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, "topic '\(name)' does not exist")
            }
            return (0..<Int32(topic.partitions)).map { KafkaPartition(topic: name, partition: $0) }
        }
    }

    private func withClient<Result: Sendable>(
        _ type: rd_kafka_type_t = RD_KAFKA_PRODUCER, _ settings: KafkaSettings? = nil,
        _ body: @escaping @Sendable (OpaquePointer) throws -> Result
    ) async throws -> Result {
        let (settings, log) = (settings ?? self.settings, log)
        return try await onOwnThread("kafka-admin") {
            let client = try ClientHandle(type, settings, ClientContext(log: log))
            defer { client.destroy() }
            return try body(client.pointer)
        }
    }
}
