import CoreMetrics
import Synchronization

/// Counts up; one atomic addition per use.
final class CounterValue: CounterHandler {
    private let total = Atomic<Int64>(0)

    var value: Int64 { total.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        total.store(0, ordering: .relaxed)
    }
}

/// A `Double` that several threads change without a lock.
final class AtomicDouble: Sendable {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    func add(_ amount: Double) {
        var seen = bits.load(ordering: .relaxed)
        while true {
            let wanted = (Double(bitPattern: seen) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: seen, desired: wanted, ordering: .relaxed)
            if exchanged { return }
            seen = original
        }
    }
}

/// Counts up by fractions.
final class FloatingPointCounterValue: FloatingPointCounterHandler {
    private let total = AtomicDouble()

    var value: Double { total.value }

    func increment(by amount: Double) { total.add(amount) }
    func reset() { total.set(0) }
}

/// Holds the last value set; serves swift-metrics' `Gauge`, `Meter` and `Recorder` that does not aggregate.
final class GaugeValue: MeterHandler, RecorderHandler {
    private let current = AtomicDouble()

    var value: Double { current.value }

    func set(_ value: Int64) { current.set(Double(value)) }
    func set(_ value: Double) { current.set(value) }
    func increment(by amount: Double) { current.add(amount) }
    func decrement(by amount: Double) { current.add(-amount) }
    func record(_ value: Int64) { current.set(Double(value)) }
    func record(_ value: Double) { current.set(value) }
}

/// Counts values into fixed buckets; serves `Timer` (seconds) and an aggregating `Recorder`.
final class HistogramValue: TimerHandler, RecorderHandler {
    /// Upper bounds, ascending, each included; a last bucket without bound follows.
    let bounds: [Double]
    private let counts: [CounterValue]
    private let total = AtomicDouble()

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = (0...bounds.count).map { _ in CounterValue() }
    }

    /// Count of each bucket (not cumulative), and the sum of all values. Taken without a lock, so a value recorded
    /// meanwhile may be in one and not yet in the other.
    var snapshot: (counts: [Int64], sum: Double) {
        (counts.map(\.value), total.value)
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        counts[low].increment(by: 1)
        total.add(value)
    }
}
