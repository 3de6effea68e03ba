import Histogram

/// Latencies of one kind, in microseconds up to an hour, to three digits.
struct Latencies: Sendable {
    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: 1, highestTrackableValue: 3_600_000_000, numberOfSignificantValueDigits: .three)

    /// What reports tell.
    static let percentiles: [Double] = [50, 90, 99, 99.9]

    var count: Int { Int(histogram.totalCount) }

    /// A negative one, as from two clocks that differ, counts as zero.
    mutating func record(microseconds: Int64) {
        _ = histogram.record(UInt64(min(max(0, microseconds), 3_600_000_000)))
    }

    mutating func add(_ other: Latencies) { histogram.add(other.histogram) }

    /// That share of the latencies is no longer than this.
    func milliseconds(atPercentile percentile: Double) -> Double {
        count == 0 ? 0 : Double(histogram.valueAtPercentile(percentile)) / 1_000
    }

    var longestMilliseconds: Double { count == 0 ? 0 : Double(histogram.max) / 1_000 }
}

extension BenchReport {
    /// Adds percentiles and the longest, in milliseconds: `NAME_p99_ms`.
    mutating func add(_ latencies: Latencies, _ name: String, _ title: String) {
        for percentile in Latencies.percentiles {
            let digits = percentile == percentile.rounded() ? "\(Int(percentile))" : "\(percentile)"
            let milliseconds = latencies.milliseconds(atPercentile: percentile)
            let isFirst = percentile == Latencies.percentiles[0]
            add(
                "\(name)_p\(digits.replacing(".", with: ""))_ms", isFirst ? "\(title), ms: p\(digits)" : "  p\(digits)",
                milliseconds, decimals: 1)
        }
        add("\(name)_longest_ms", "  longest", latencies.longestMilliseconds)
    }
}
