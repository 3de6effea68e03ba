import CRdKafka
import Synchronization

/// A Kafka cluster inside this process: librdkafka's mock cluster, speaking the real protocol on loopback.
///
/// What it is not: it keeps messages in memory, at most 5 MiB or 100,000 message sets a partition, and then drops the
/// oldest silently; it does not de-duplicate an idempotent producer, does not check who commits, knows no
/// administration (topics are created here) and no authorisation. The first member of a group waits 3 s for others.
/// A topic that a client merely asks about comes into being with 4 partitions: create topics before clients start.
// @unchecked: `cluster` is touched only under `lock`, and is nil after `close`.
public final class EmbeddedBroker: @unchecked Sendable {
    private let lock = Mutex(())
    private var cluster: OpaquePointer?
    private let handle: ClientHandle
    private let brokerCount: Int

    /// `host:port` of every broker, separated by commas; only reachable from this machine.
    public let bootstrapServers: String

    /// Starts `brokers` brokers on free ports and creates `topics`.
    public init(
        brokers: Int = 1, topics: [(name: String, partitions: Int)] = [], log: @escaping KafkaLog = { _ in }
    ) throws {
        handle = try ClientHandle(RD_KAFKA_PRODUCER, ["client.id": "embedded-broker"], ClientContext(log: log))
        guard let cluster = rd_kafka_mock_cluster_new(handle.pointer, Int32(brokers)) else {
            handle.destroy()
            throw KafkaError(RD_KAFKA_RESP_ERR__FAIL, "the embedded broker could not listen on 127.0.0.1")
        }
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
        brokerCount = brokers
        self.cluster = cluster
        do {
            for topic in topics { try createTopic(topic.name, partitions: topic.partitions) }
        } catch {
            close()
            throw error
        }
    }

    /// Creates a topic with so many partitions, replicated to every broker. That it exists already is not an error,
    /// and then its number of partitions stays what it was.
    public func createTopic(_ name: String, partitions: Int) throws {
        try withCluster { cluster in
            let code = rd_kafka_mock_topic_create(cluster, name, Int32(partitions), Int32(brokerCount))
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
                throw KafkaError(code, "creating topic '\(name)' with \(partitions) partitions: \(KafkaError(code).message)")
            }
        }
    }

    /// Answers the next requests of one kind with these errors, one each, in this order; for drills and tests.
    /// `api` is the protocol's number: 0 produce, 1 fetch, 8 offset commit, 12 heartbeat.
    public func failNext(api: Int16, with codes: [Int32]) throws {
        try withCluster { cluster in
            let errors = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
            rd_kafka_mock_push_request_errors_array(cluster, api, errors.count, errors)
        }
    }

    /// Takes a broker (1, 2, ...) off the network, or brings it back; its messages stay.
    public func setReachable(_ isReachable: Bool, broker: Int32 = 1) throws {
        try withCluster { cluster in
            let code = isReachable
                ? rd_kafka_mock_broker_set_up(cluster, broker) : rd_kafka_mock_broker_set_down(cluster, broker)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code) }
        }
    }

    /// Stops the brokers and forgets every message. Blocks for some milliseconds; may be repeated.
    public func close() {
        lock.withLock { _ in
            guard let cluster else { return }
            self.cluster = nil
            rd_kafka_mock_cluster_destroy(cluster)
            handle.destroy()
        }
    }

    deinit { close() }

    func withCluster(_ body: (OpaquePointer) throws -> Void) throws {
        try lock.withLock { _ in
            guard let cluster else { throw KafkaError(RD_KAFKA_RESP_ERR__STATE, "the embedded broker is closed") }
            try body(cluster)
        }
    }
}
