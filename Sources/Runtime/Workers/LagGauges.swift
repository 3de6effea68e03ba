import CoreMetrics
import Workflow

/// The lag of this process's partitions as gauges. One whose partition moved away says 0 from then on: its last value would
/// stand for ever, beside what the process that has the partition now tells of it.
struct LagGauges {
    private let factory: any MetricsFactory
    private var told: Set<RecordOrigin> = []

    init(factory: any MetricsFactory = MetricsSystem.factory) {
        self.factory = factory
    }

    mutating func record(_ lags: [RecordOrigin: Int64]) {
        told.formUnion(lags.keys)
        for origin in told {
            Gauge(
                label: "tuesday_consumer_lag_records",
                dimensions: [("topic", origin.topic), ("partition", String(origin.partition))], factory: factory
            ).record(lags[origin] ?? 0)
        }
    }
}
