import CoreMetrics
import Synchronization

/// Every metric of this process, by name and labels: the swift-metrics factory, and what `/metrics` prints.
///
/// A name keeps the kind of its first use. Asking for the same name and labels again gives the same values, so a
/// `Counter(label:)` may be made wherever it is needed; keep it, though, because making one takes a lock.
public final class MetricRegistry: MetricsFactory, Sendable {
    enum Value: Sendable {
        case counter(CounterValue)
        case floatingPointCounter(FloatingPointCounterValue)
        case gauge(GaugeValue)
        case histogram(HistogramValue)

        /// The word of the TYPE line.
        var type: String {
            switch self {
            case .counter, .floatingPointCounter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// What a gauge reads, for each of its series.
    public typealias Readings = @Sendable () -> [(dimensions: [(String, String)], value: Double)]

    struct Family: Sendable {
        let type: String
        /// By the labels as they are printed.
        var series: [String: Value] = [:]
        /// Nil: the series hold what was recorded.
        var readings: Readings?
    }

    private struct Contents: Sendable {
        var families: [String: Family] = [:]
        var helps: [String: String]
    }

    private let contents: Mutex<Contents>

    /// - Parameter helps: help texts by metric name.
    public init(helps: [String: String] = MetricHelp.texts) {
        contents = Mutex(Contents(helps: helps))
    }

    /// Adds or replaces the help text of a metric.
    public func describe(_ name: String, _ help: String) {
        contents.withLock { $0.helps[name] = help }
    }

    /// Registers a gauge that is read whenever it is printed, in place of one registered before; series that it does not
    /// read any more are gone.
    ///
    /// - Parameter readings: must answer at once, whatever hangs: an operator looks at it to learn just that.
    public func measure(label: String, _ readings: @escaping Readings) {
        let name = PrometheusName.metric(label)
        contents.withLock { contents in
            assert(contents.families[name]?.series.isEmpty ?? true, "metric \(name) is recorded and is now to be read")
            contents.families[name] = Family(type: "gauge", readings: readings)
        }
    }

    /// All families by name, and the help texts.
    var snapshot: (families: [String: Family], helps: [String: String]) {
        var (families, helps) = contents.withLock { ($0.families, $0.helps) }
        // Not under the lock: who is asked may have locks of his own, and record something.
        for (name, family) in families {
            for (dimensions, value) in family.readings?() ?? [] {
                let gauge = GaugeValue()
                gauge.record(value)
                families[name]?.series[PrometheusName.labels(dimensions)] = .gauge(gauge)
            }
        }
        return (families, helps)
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let value = value(PrometheusName.counter(label), dimensions) { .counter(CounterValue()) }
        if case .counter(let counter) = value { return counter }
        return CounterValue()
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        let value = value(PrometheusName.counter(label), dimensions) {
            .floatingPointCounter(FloatingPointCounterValue())
        }
        if case .floatingPointCounter(let counter) = value { return counter }
        return FloatingPointCounterValue()
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(PrometheusName.metric(label), dimensions) : gauge(label, dimensions)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(PrometheusName.timer(label), dimensions)
    }

    // A series that vanished would look like a restart, so what was counted stays until the process ends.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: Look-up

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeValue {
        let value = value(PrometheusName.metric(label), dimensions) { .gauge(GaugeValue()) }
        if case .gauge(let gauge) = value { return gauge }
        return GaugeValue()
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)]) -> HistogramValue {
        let value = value(name, dimensions) { .histogram(HistogramValue(bounds: MetricBuckets.bounds(for: name))) }
        if case .histogram(let histogram) = value { return histogram }
        return HistogramValue(bounds: MetricBuckets.bounds(for: name))
    }

    /// The series' value. One of another kind under the same name is a bug: it stops a debug build; in a release build
    /// the caller, finding the wrong kind, gets a value that is never printed, because a metric is not worth a crash.
    private func value(_ name: String, _ dimensions: [(String, String)], make: () -> Value) -> Value {
        let labels = PrometheusName.labels(dimensions)
        return contents.withLock { contents in
            if let known = contents.families[name]?.series[labels] { return known }
            let made = make()
            var family = contents.families[name] ?? Family(type: made.type)
            guard family.type == made.type else {
                assertionFailure("metric \(name) is a \(family.type) and is now asked for as a \(made.type)")
                return made
            }
            family.series[labels] = made
            contents.families[name] = family
            return made
        }
    }
}

/// The buckets of a histogram, chosen by the unit its name ends in.
enum MetricBuckets {
    /// Half a millisecond to ten seconds for work, and on to an hour for lateness.
    static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300, 3600,
    ]
    static let bytes: [Double] = (4...13).map { Double(1 << (2 * $0)) }
    static let counts: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

    static func bounds(for name: String) -> [Double] {
        if name.hasSuffix("_seconds") { return seconds }
        if name.hasSuffix("_bytes") { return bytes }
        return counts
    }
}
