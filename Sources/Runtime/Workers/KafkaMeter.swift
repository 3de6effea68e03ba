import CoreMetrics
import KafkaClient

/// Puts what librdkafka says of one client on `/metrics`.
///
/// The counters outlive the client's handles: a producer that was replaced after a fatal error goes on where it was.
struct KafkaMeter: Sendable {
    private let role: KafkaStatistics.Role
    private let factory: any MetricsFactory
    private let counters: [(counter: Counter, count: KeyPath<KafkaTraffic, Int64> & Sendable)]

    init(_ role: KafkaStatistics.Role, factory: any MetricsFactory = MetricsSystem.factory) {
        self.role = role
        self.factory = factory
        let client = Self.client(role)
        var counters: [(Counter, KeyPath<KafkaTraffic, Int64> & Sendable)] = [
            (Counter(label: "tuesday_kafka_requests_total", dimensions: client, factory: factory), \.requests),
            (Counter(label: "tuesday_kafka_sent_bytes_total", dimensions: client, factory: factory), \.sentBytes),
            (Counter(label: "tuesday_kafka_responses_total", dimensions: client, factory: factory), \.responses),
            (Counter(label: "tuesday_kafka_received_bytes_total", dimensions: client, factory: factory), \.receivedBytes),
            (Counter(label: "tuesday_kafka_connects_total", dimensions: client, factory: factory), \.connects),
            (Counter(label: "tuesday_kafka_disconnects_total", dimensions: client, factory: factory), \.disconnects),
        ]
        switch role {
        case .producer:
            counters.append((Counter(label: "tuesday_kafka_sent_messages_total", factory: factory), \.sentMessages))
        case .consumer:
            counters += [
                (Counter(label: "tuesday_kafka_received_messages_total", factory: factory), \.receivedMessages),
                (Counter(label: "tuesday_kafka_rebalances_total", factory: factory), \.rebalances),
            ]
        }
        self.counters = counters
    }

    /// To be called with every document of every handle the client has had, once.
    func record(_ statistics: KafkaStatistics) {
        for (counter, count) in counters { counter.increment(by: statistics.added[keyPath: count]) }
        let client = Self.client(role)
        for (connection, count) in statistics.connections {
            Gauge(
                label: "tuesday_kafka_connections", dimensions: client + [("state", connection.rawValue)], factory: factory
            ).record(count)
        }
        for (percentile, value) in Self.percentiles(statistics.roundTrip) {
            Gauge(
                label: "tuesday_kafka_round_trip_seconds", dimensions: client + [("percentile", percentile)],
                factory: factory
            ).record(value)
        }
        switch role {
        case .producer:
            Gauge(label: "tuesday_kafka_send_queue_messages", factory: factory).record(statistics.queuedMessages)
            Gauge(label: "tuesday_kafka_send_queue_bytes", factory: factory).record(statistics.queuedBytes)
            for (percentile, value) in Self.percentiles(statistics.queueing) {
                Gauge(
                    label: "tuesday_kafka_send_queue_seconds", dimensions: [("percentile", percentile)], factory: factory
                ).record(value)
            }
        case .consumer:
            Gauge(label: "tuesday_kafka_fetch_queue_bytes", factory: factory).record(statistics.fetchedBytes)
            if let age = statistics.rebalanceAge {
                Gauge(label: "tuesday_kafka_rebalance_age_seconds", factory: factory).record(age / .seconds(1))
            }
        }
    }

    private static func client(_ role: KafkaStatistics.Role) -> [(String, String)] { [("client", role.rawValue)] }

    /// Not a number while there is nothing to tell: the last value would pass for the present one.
    private static func percentiles(_ latency: KafkaLatency?) -> [(String, Double)] {
        [
            ("50", latency.map { $0.p50 / .seconds(1) } ?? .nan), ("99", latency.map { $0.p99 / .seconds(1) } ?? .nan),
        ]
    }
}
