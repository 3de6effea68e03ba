import CoreMetrics
import Foundation
import Synchronization
import Testing

@testable import Runtime

@Suite struct MetricTests {
    private let registry = MetricRegistry(helps: ["a_total": "How many.\nReally \\ so.", "b_seconds": "How long."])

    private var text: String { PrometheusText.render(registry) }

    @Test func `a counter is printed with help, type and labels in order`() {
        let counter = Counter(label: "a", dimensions: [("topic", "t"), ("kind", "x\"y\\z\n")], factory: registry)
        counter.increment(by: 2)
        Counter(label: "a_total", dimensions: [("kind", "x\"y\\z\n"), ("topic", "t")], factory: registry).increment()
        #expect(
            text == """
                # HELP a_total How many.\\nReally \\\\ so.
                # TYPE a_total counter
                a_total{kind="x\\"y\\\\z\\n",topic="t"} 3

                """)
    }

    @Test func `a timer is a histogram in seconds whose buckets include their bound`() {
        let timer = Timer(label: "b", dimensions: [], preferredDisplayUnit: .seconds, factory: registry)
        timer.recordNanoseconds(5_000_000)
        timer.recordNanoseconds(5_000_001)
        timer.recordSeconds(100_000)
        #expect(text.contains("# TYPE b_seconds histogram\n"))
        #expect(text.contains("b_seconds_bucket{le=\"0.0025\"} 0\n"))
        #expect(text.contains("b_seconds_bucket{le=\"0.005\"} 1\n"))
        #expect(text.contains("b_seconds_bucket{le=\"0.01\"} 2\n"))
        #expect(text.contains("b_seconds_bucket{le=\"3600\"} 2\n"))
        #expect(text.contains("b_seconds_bucket{le=\"+Inf\"} 3\n"))
        #expect(text.contains("b_seconds_count 3\n"))
        #expect(text.contains("b_seconds_sum 100000.010000001\n"))
    }

    @Test func `a gauge holds the last value, a meter moves up and down`() {
        Gauge(label: "g", dimensions: [], factory: registry).record(4.5)
        let meter = Meter(label: "m", dimensions: [], factory: registry)
        meter.set(5)
        meter.increment(by: 2)
        meter.decrement(by: 1)
        #expect(text.contains("# TYPE g gauge\ng 4.5\n"))
        #expect(text.contains("\nm 6\n"))
    }

    @Test func `a gauge that is read when it is printed forgets what it does not read any more`() {
        let read = Mutex([("x", 1.0), ("y", 2.0)])
        registry.measure(label: "g") { [registry] in
            // Whoever is asked may use the registry.
            Counter(label: "asked", dimensions: [], factory: registry).increment()
            return read.withLock { $0.map { (dimensions: [("kind", $0.0)], value: $0.1) } }
        }
        #expect(text.contains("# TYPE g gauge\ng{kind=\"x\"} 1\ng{kind=\"y\"} 2\n"))
        read.withLock { $0 = [("y", 3)] }
        #expect(text.hasSuffix("# TYPE g gauge\ng{kind=\"y\"} 3\n"))
    }

    @Test func `counting from many tasks loses nothing`() async {
        let counter = Counter(label: "c", dimensions: [], factory: registry)
        let fractions = FloatingPointCounter(label: "f", dimensions: [], factory: registry)
        let recorder = Recorder(label: "r", dimensions: [], aggregate: true, factory: registry)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        counter.increment()
                        fractions.increment(by: 0.5)
                        recorder.record(3)
                    }
                }
            }
        }
        #expect(text.contains("\nc_total 8000\n"))
        #expect(text.contains("\nf_total 4000\n"))
        #expect(text.contains("\nr_sum 24000\n"))
        #expect(text.contains("r_bucket{le=\"2\"} 0\n"))
        #expect(text.contains("r_bucket{le=\"5\"} 8000\n"))
    }

    @Test func `names that Prometheus does not allow are mended`() {
        #expect(PrometheusName.metric("http.server-time") == "http_server_time")
        #expect(PrometheusName.metric("9lives") == "_9lives")
        #expect(PrometheusName.labels([("a:b", "1")]) == "a_b=\"1\"")
    }

    @Test func `the process tells its CPU time, memory, descriptors and start`() throws {
        let text = ProcessMetrics.render()
        func value(_ name: String) throws -> Double {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") })
            return try #require(Double(line.split(separator: " ")[1]))
        }
        #expect(try value("process_cpu_seconds_total") >= 0)
        #expect(try value("process_resident_memory_bytes") > 1_000_000)
        #expect(try value("process_open_fds") >= 3)
        let age = Double(SystemClock().now().seconds) - (try value("process_start_time_seconds"))
        #expect(age > -2 && age < 86_400)
    }

    /// The others are timers.
    private static let gaugesInSeconds: Set<String> = [
        "tuesday_oldest_waiting_seconds", "tuesday_kafka_round_trip_seconds", "tuesday_kafka_send_queue_seconds",
        "tuesday_kafka_rebalance_age_seconds",
    ]

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")))
    func `promtool finds nothing to complain about`() throws {
        let all = MetricRegistry()
        for name in MetricHelp.texts.keys.sorted() {
            if name.hasSuffix("_total") {
                Counter(label: name, dimensions: [("kind", "a")], factory: all).increment()
            } else if name.hasSuffix("_seconds"), !Self.gaugesInSeconds.contains(name) {
                Timer(label: name, dimensions: [], preferredDisplayUnit: .seconds, factory: all).recordSeconds(1)
            } else {
                Gauge(label: name, dimensions: [("kind", "b")], factory: all).record(1)
            }
        }
        let tool = Process()
        tool.executableURL = URL(filePath: "/usr/bin/promtool")
        tool.arguments = ["check", "metrics"]
        let input = Pipe()
        let output = Pipe()
        tool.standardInput = input
        tool.standardOutput = output
        tool.standardError = output
        try tool.run()
        // Smaller than a pipe holds, so writing before reading cannot wedge.
        try input.fileHandleForWriting.write(
            contentsOf: Data((PrometheusText.render(all) + ProcessMetrics.render()).utf8))
        try input.fileHandleForWriting.close()
        let complaints = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        tool.waitUntilExit()
        #expect(complaints.isEmpty, "\(complaints)")
        #expect(tool.terminationStatus == 0)
    }
}
