import FoundationEssentials

/// The members of librdkafka's statistics that are used here, by librdkafka's own names.
struct StatisticsDocument: Decodable {
    /// A rolling window: emptied whenever a document is written. Microseconds.
    struct Window: Decodable {
        let cnt: Int64
        let p50: Int64
        let p99: Int64
    }

    struct Broker: Decodable {
        /// `configured`, `learned`, `logical` (the group's coordinator) or `internal` (no broker at all).
        let source: String
        let state: String
        let connects: Int64
        let disconnects: Int64
        let int_latency: Window
        let rtt: Window
    }

    struct Topic: Decodable {
        let partitions: [String: Partition]
    }

    struct Partition: Decodable {
        let fetchq_size: Int64
        let consumer_lag: Int64
    }

    struct Group: Decodable {
        /// Milliseconds.
        let rebalance_age: Int64
        let rebalance_cnt: Int64
    }

    let type: String
    let tx: Int64
    let tx_bytes: Int64
    let txmsgs: Int64
    let rx: Int64
    let rx_bytes: Int64
    let rxmsgs: Int64
    let msg_cnt: Int64
    let msg_size: Int64
    let brokers: [String: Broker]
    let topics: [String: Topic]
    let cgrp: Group?

    init(json: String) throws {
        self = try JSONDecoder().decode(StatisticsDocument.self, from: Data(json.utf8))
    }
}
