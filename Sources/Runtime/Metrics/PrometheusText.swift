/// Prints a registry in the Prometheus text exposition format 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func render(_ registry: MetricRegistry) -> String {
        let (families, helps) = registry.snapshot
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            head(name, type: family.type, help: helps[name] ?? "Not yet described.", to: &text)
            for (labels, value) in family.series.sorted(by: { $0.key < $1.key }) {
                switch value {
                case .counter(let counter): line(name, labels, "\(counter.value)", to: &text)
                case .floatingPointCounter(let counter): line(name, labels, number(counter.value), to: &text)
                case .gauge(let gauge): line(name, labels, number(gauge.value), to: &text)
                case .histogram(let histogram): lines(name, labels, histogram, to: &text)
                }
            }
        }
        return text
    }

    static func head(_ name: String, type: String, help: String, to text: inout String) {
        text += "# HELP \(name) \(escapedHelp(help))\n# TYPE \(name) \(type)\n"
    }

    static func line(_ name: String, _ labels: String, _ value: String, to text: inout String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// Whole numbers without a fraction; infinities and not-a-number as the format spells them.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    private static func lines(_ name: String, _ labels: String, _ histogram: HistogramValue, to text: inout String) {
        let (counts, sum) = histogram.snapshot
        let prefix = labels.isEmpty ? "" : labels + ","
        var cumulative: Int64 = 0
        for (bound, count) in zip(histogram.bounds.map(number) + ["+Inf"], counts) {
            cumulative += count
            line(name + "_bucket", "\(prefix)le=\"\(bound)\"", "\(cumulative)", to: &text)
        }
        line(name + "_sum", labels, number(sum), to: &text)
        line(name + "_count", labels, "\(cumulative)", to: &text)
    }

    private static func escapedHelp(_ help: String) -> String {
        var text = ""
        for character in help {
            switch character {
            case "\\": text += "\\\\"
            case "\n", "\r\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }
}
