/// What librdkafka counts, as it hands it out every `statistics.interval.ms`.
public struct KafkaStatistics: Sendable {
    /// Which kind of client counted.
    public enum Role: String, Sendable {
        case producer, consumer
    }

    /// How a connection to a broker stands.
    public enum Connection: String, Sendable, CaseIterable {
        /// Not needed so far.
        case idle
        case connecting, up, down
    }

    /// Of the client that wrote the document.
    public let role: Role
    /// The whole document as librdkafka wrote it (its STATISTICS.md names the fields).
    public let json: String
    /// Since the handle was made; begins at zero again when a fatal error replaced a producer's handle.
    public let totals: KafkaTraffic
    /// Since the previous document of the same handle, never negative: what to add to a counter that outlives handles.
    public let added: KafkaTraffic
    /// Messages a producer holds at this instant: neither delivered nor failed.
    public let queuedMessages: Int64
    /// Keys and values of ``queuedMessages``.
    public let queuedBytes: Int64
    /// From sending a request to its answer, of the slowest broker; nil when no request was answered since the last
    /// document.
    public let roundTrip: KafkaLatency?
    /// From handing a message over to writing it into a request, of the slowest broker; producers only, nil when
    /// nothing was written since the last document.
    public let queueing: KafkaLatency?
    /// Connections by how they stand, every case present. One broker may have two: a group's coordinator has its own.
    public let connections: [Connection: Int]
    /// Fetched by librdkafka and not yet handed on.
    public let fetchedBytes: Int64
    /// Since the group last shared its partitions out anew; nil for a producer.
    public let rebalanceAge: Duration?
    /// Records between what was committed (or read, before any commit) and the end; partitions without a known lag are
    /// absent.
    public let consumerLag: [KafkaPartition: Int64]

    /// - Parameter totals: ``totals`` of the handle's previous document; nil for its first.
    /// - Throws: `DecodingError` for what librdkafka does not write.
    public init(json: String, after previous: KafkaTraffic? = nil) throws {
        let document = try StatisticsDocument(json: json)
        let brokers = document.brokers.values.filter { $0.source != "internal" }
        self.json = json
        role = document.type == "producer" ? .producer : .consumer
        totals = KafkaTraffic(document)
        added = totals.subtracting(previous ?? KafkaTraffic())
        queuedMessages = document.msg_cnt
        queuedBytes = document.msg_size
        roundTrip = KafkaLatency(slowestOf: brokers.map(\.rtt))
        queueing = role == .producer ? KafkaLatency(slowestOf: brokers.map(\.int_latency)) : nil
        var connections: [Connection: Int] = [:]
        for state in Connection.allCases { connections[state] = 0 }
        for broker in brokers { connections[Connection(broker.state), default: 0] += 1 }
        self.connections = connections
        rebalanceAge = document.cgrp.map { .milliseconds($0.rebalance_age) }
        var fetched: Int64 = 0
        var lags: [KafkaPartition: Int64] = [:]
        for (topic, content) in document.topics {
            for (number, partition) in content.partitions {
                fetched += partition.fetchq_size
                // Partition -1 is librdkafka's place for what has no partition yet; lag -1 is unknown.
                guard partition.consumer_lag >= 0, let number = Int32(number), number >= 0 else { continue }
                lags[KafkaPartition(topic: topic, partition: number)] = partition.consumer_lag
            }
        }
        fetchedBytes = fetched
        consumerLag = lags
    }
}

extension KafkaStatistics.Connection {
    init(_ state: String) {
        switch state {
        case "INIT": self = .idle
        case "UP", "UPDATE": self = .up
        case "DOWN": self = .down
        // TRY_CONNECT, CONNECT, SSL_HANDSHAKE, APIVERSION_QUERY, AUTH_HANDSHAKE and the like.
        default: self = .connecting
        }
    }
}

/// Two percentiles of a latency, over the time since the previous document.
public struct KafkaLatency: Sendable, Hashable {
    /// Half were as fast or faster.
    public let p50: Duration
    /// All but one in a hundred were as fast or faster.
    public let p99: Duration

    /// Nil when no broker has a value.
    init?(slowestOf windows: [StatisticsDocument.Window]) {
        guard let slowest = windows.filter({ $0.cnt > 0 }).max(by: { ($0.p99, $0.p50) < ($1.p99, $1.p50) })
        else { return nil }
        p50 = .microseconds(slowest.p50)
        p99 = .microseconds(slowest.p99)
    }
}
