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

/// Puts what can only be read now and then on `/metrics`: lag, pool, for the router the requests that wait, and
/// for follow-up the deadlines that do.
struct Measurements: ServiceLifecycle.Service {
    let program: Program
    let pool: PostgresPool
    let status: LaneStatus

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
        try? await pool.withConnection { connection in
            try await measureWaiting(connection)
            try await measureLetters(connection)
        }
    }

    /// Those of parked requests fire when they are released. Without an answer the gauge keeps its last value.
    private func measureDeadlines() async {
        let age = try? await pool.withConnection { connection in
            try await connection.query(
                """
                select extract(epoch from clock.now() - d.next_at)::double precision
                from tuesday.deadline d
                where d.next_at <= clock.now()
                  and not exists (
                    select from tuesday.parked p
                    where p.consumer_group = $1 and p.request_id = d.request_id)
                order by d.next_at
                limit 1
                """, [.text(ConsumerGroup.followup.rawValue)]
            ).map { try $0.double(0) }.first ?? 0
        }
        if let age { Gauge(label: "tuesday_deadline_overdue_seconds").record(age) }
    }

    private func measureWaiting(_ connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            select w.reason, count(*), extract(epoch from clock.now() - min(w.since))::double precision
            from tuesday.waiting w
            group by w.reason
            """
        ).map { (try $0.int16(0), try $0.int64(1), try $0.double(2)) }
        let counts = Dictionary(uniqueKeysWithValues: rows.map { ($0.0, $0.1) })
        // Every reason each time: one that nobody waits for any more goes to 0.
        for reason in WaitingReason.allCases {
            Gauge(label: "tuesday_waiting_requests", dimensions: [("reason", reason.word)])
                .record(counts[reason.rawValue] ?? 0)
        }
        Gauge(label: "tuesday_oldest_waiting_seconds").record(rows.map(\.2).max() ?? 0)
    }

    private func measureLetters(_ connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            select (select coalesce(sum(lane_seq - published_through), 0)::bigint from tuesday.lane),
                   (select count(*) from tuesday.dead_letter where state = 'open')
            """
        ).map { (try $0.int64(0), try $0.int64(1)) }
        guard let (unpublished, deadLetters) = rows.first else { return }
        Gauge(label: "tuesday_publish_lag_records").record(unpublished)
        Gauge(label: "tuesday_dead_letters_open").record(deadLetters)
    }
}
