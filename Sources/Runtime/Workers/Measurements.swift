import Contracts
import Domain
import KafkaClient
import Metrics
import PostgresClient
import ServiceLifecycle
import Store
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

/// Puts what can only be read now and then on `/metrics`: lag, pool, for the router the requests that wait, and
/// for follow-up the deadlines that do.
struct Measurements: ServiceLifecycle.Service {
    let program: Program
    let pool: PostgresPool
    let status: LaneStatus

    private var reader: MeasurementReader { MeasurementReader(pool: pool) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var waitSeconds = 0.0
            var lags = LagGauges()
            while !Task.isCancelled {
                lags.record(status.all.mapValues(\.lag))
                measurePool(&waitSeconds)
                if program == .router { await measureInstallation() }
                if program == .followup { await measureDeadlines() }
                do { try await Task.sleep(for: .seconds(5)) } catch { return }
            }
        }
    }

    /// - Parameter waitSeconds: what the counter of waiting stands at.
    private func measurePool(_ waitSeconds: inout Double) {
        let statistics = pool.statistics
        Gauge(label: "tuesday_postgres_connections", dimensions: [("state", "idle")]).record(statistics.idle)
        Gauge(label: "tuesday_postgres_connections", dimensions: [("state", "lent")])
            .record(statistics.open - statistics.idle)
        Gauge(label: "tuesday_postgres_pool_waiting").record(statistics.waiting)
        FloatingPointCounter(label: "tuesday_postgres_pool_wait_seconds_total")
            .increment(by: max(0, statistics.waitSeconds - waitSeconds))
        waitSeconds = statistics.waitSeconds
    }

    /// What is the same for the whole installation, whichever router asks.
    ///
    /// Without an answer the gauges keep their last value; `/readyz` tells that PostgreSQL does not answer.
    private func measureInstallation() async {
        if let waiting = try? await reader.waiting() {
            // Every reason each time: one that nobody waits for any more goes to 0.
            for reason in WaitingReason.allCases {
                Gauge(label: "tuesday_waiting_requests", dimensions: [("reason", reason.word)])
                    .record(waiting[reason]?.count ?? 0)
            }
            Gauge(label: "tuesday_oldest_waiting_seconds").record(waiting.values.map(\.oldestSeconds).max() ?? 0)
        }
        if let backlog = try? await reader.backlog() {
            Gauge(label: "tuesday_publish_lag_records").record(backlog.unpublished)
            Gauge(label: "tuesday_dead_letters_open").record(backlog.openLetters)
        }
    }

    /// Without an answer the gauge keeps its last value.
    private func measureDeadlines() async {
        guard let seconds = try? await reader.overdueSeconds() else { return }
        Gauge(label: "tuesday_deadline_overdue_seconds").record(seconds)
    }
}
