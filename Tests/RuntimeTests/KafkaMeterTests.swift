import CoreMetrics
import KafkaClient
import Testing

@testable import Runtime

@Suite struct KafkaMeterTests {
    private let registry = MetricRegistry(helps: MetricHelp.texts)

    private var text: String { PrometheusText.render(registry) }

    private func document(_ type: String, count: Int, window: Int) -> String {
        """
        {"type":"\(type)","tx":\(count),"tx_bytes":2000,"rx":9,"rx_bytes":300,"txmsgs":\(count),"rxmsgs":\(count),
         "msg_cnt":5,"msg_size":640,
         "brokers":{"one:1/1":{"source":"learned","state":"UP","connects":1,"disconnects":0,
          "int_latency":{"cnt":\(window),"p50":5100,"p99":6200},"rtt":{"cnt":\(window),"p50":250,"p99":1500}}},
         "topics":{"t":{"partitions":{"0":{"fetchq_size":70,"consumer_lag":7}}}}
         \(type == "consumer" ? ",\"cgrp\":{\"rebalance_age\":1500,\"rebalance_cnt\":2}" : "")}
        """
    }

    @Test func `a producer's traffic, queue and latencies are printed in base units`() throws {
        KafkaMeter(.producer, factory: registry).record(
            try KafkaStatistics(json: document("producer", count: 12, window: 1)))
        for line in [
            "tuesday_kafka_requests_total{client=\"producer\"} 12", "tuesday_kafka_sent_messages_total 12",
            "tuesday_kafka_sent_bytes_total{client=\"producer\"} 2000", "tuesday_kafka_send_queue_messages 5",
            "tuesday_kafka_send_queue_bytes 640", "tuesday_kafka_send_queue_seconds{percentile=\"99\"} 0.0062",
            "tuesday_kafka_round_trip_seconds{client=\"producer\",percentile=\"50\"} 0.00025",
            "tuesday_kafka_connections{client=\"producer\",state=\"up\"} 1",
            "tuesday_kafka_connections{client=\"producer\",state=\"down\"} 0",
        ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
        #expect(!text.contains("rebalance"))
        #expect(!text.contains("Not yet described"))
    }

    @Test func `a consumer's fetches and rebalances are printed`() throws {
        KafkaMeter(.consumer, factory: registry).record(
            try KafkaStatistics(json: document("consumer", count: 12, window: 1)))
        for line in [
            "tuesday_kafka_received_messages_total 12", "tuesday_kafka_fetch_queue_bytes 70",
            "tuesday_kafka_rebalances_total 2", "tuesday_kafka_rebalance_age_seconds 1.5",
        ] { #expect(text.contains("\n\(line)\n"), "\(line)") }
        #expect(!text.contains("send_queue"))
        #expect(!text.contains("Not yet described"))
    }

    @Test func `counters go on where they were when a handle starts again at zero`() throws {
        let meter = KafkaMeter(.producer, factory: registry)
        let first = try KafkaStatistics(json: document("producer", count: 12, window: 1))
        meter.record(first)
        meter.record(try KafkaStatistics(json: document("producer", count: 15, window: 1), after: first.totals))
        meter.record(try KafkaStatistics(json: document("producer", count: 4, window: 1)))
        #expect(text.contains("\ntuesday_kafka_sent_messages_total 19\n"))
    }

    @Test func `a latency that nothing was measured of is not a number`() throws {
        let meter = KafkaMeter(.producer, factory: registry)
        meter.record(try KafkaStatistics(json: document("producer", count: 1, window: 1)))
        meter.record(try KafkaStatistics(json: document("producer", count: 1, window: 0)))
        #expect(text.contains("tuesday_kafka_send_queue_seconds{percentile=\"50\"} NaN\n"))
        #expect(text.contains("tuesday_kafka_round_trip_seconds{client=\"producer\",percentile=\"99\"} NaN\n"))
    }
}
