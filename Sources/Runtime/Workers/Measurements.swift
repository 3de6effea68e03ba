import Contracts
import Domain
import KafkaClient
import Metrics
import PostgresClient
import ServiceLifecycle
import Workflow

extension LaneStatus {
    /// Takes the lag of this process's partitions from librdkafka's statistics.
    func observe(lag statistics: KafkaStatistics) {
        for origin in all.keys {
            let partition = KafkaPartition(topic: origin.topic, partition: origin.partition)
            if let lag = statistics.consumerLag[partition] { measured(origin, lag: lag) }
        }
    }
}

/// Puts what can only be read now and then on `/metrics`: lag, pool, and for the router the requests that wait.
struct Measurements: ServiceLifecycle.Service {
    let program: Program
    let pool: PostgresPool
    let status: LaneStatus

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                measureLanes()
                measurePool()
                if program == .router { await measureWaiting() }
                do { try await Task.sleep(for: .seconds(5)) } catch { return }
            }
        }
    }

    private func measureLanes() {
        for (origin, entry) in status.all {
            Gauge(
                label: "tuesday_consumer_lag_records",
                dimensions: [("topic", origin.topic), ("partition", String(origin.partition))]
            ).record(entry.lag)
        }
    }

    private func measurePool() {
        let statistics = pool.statistics
        Gauge(label: "tuesday_postgres_connections", dimensions: [("state", "idle")]).record(statistics.idle)
        Gauge(label: "tuesday_postgres_connections", dimensions: [("state", "lent")])
            .record(statistics.open - statistics.idle)
        Gauge(label: "tuesday_postgres_pool_waiting").record(statistics.waiting)
    }

    private func measureWaiting() async {
        // Without an answer the gauges keep their last value; `/readyz` tells that PostgreSQL does not answer.
        let rows = try? await pool.withConnection { connection in
            try await connection.query(
                """
                select w.reason, count(*), extract(epoch from clock.now() - min(w.since))::double precision
                from tuesday.waiting w
                group by w.reason
                """
            ).map { (try $0.int16(0), try $0.int64(1), try $0.double(2)) }
        }
        guard let rows else { return }
        for (reason, count, _) in rows {
            Gauge(label: "tuesday_waiting_requests", dimensions: [("reason", WaitingReason(rawValue: reason)?.word ?? "unknown")]).record(count)
        }
        Gauge(label: "tuesday_oldest_waiting_seconds").record(rows.map(\.2).max() ?? 0)
    }
}
