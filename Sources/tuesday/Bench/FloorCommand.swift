import ArgumentParser
import Contracts
import Domain
import Runtime

/// `tuesday bench floor`: what this machine could do at best, beside what Tuesday does on it.
struct FloorCommand: BenchMeasurement {
    static let configuration = CommandConfiguration(
        commandName: "floor",
        abstract: "Drain, and then only COPY the rows that are left, and only produce and consume the records.",
        discussion: """
            The rows are read back after the drain and copied, in transactions of --batch requests, into empty tables with \
            the same columns, indexes and storage options: over one connection and over four. The ratios are Tuesday's rate \
            to these, in the same process on the same servers.

            \(BenchOptions.servers)
            """)

    @OptionGroup var options: BenchOptions

    @Option(help: "How many requests are drained, and copied again.")
    var requests = 100_000

    @Option(help: "How many go through first, uncounted.")
    var warmUp = 20_000

    @Option(help: "Requests in each transaction of the floor.")
    var batch = 5_000

    func validate() throws {
        guard requests > 0, warmUp >= 0, batch > 0 else {
            throw ValidationError("--requests and --batch take 1 or more, --warm-up 0 or more")
        }
    }

    func measure(on ground: BenchGround) async throws -> BenchReport {
        let source = try SubmissionSource(try await ground.register(), at: SystemClock().now())
        let drain = Drain(ground: ground, source: source)
        var report = BenchReport("floor", settings: [("requests", "\(requests)"), ("batch", "\(batch)")])
        if warmUp > 0 { _ = try await DrainCommand.run(drain, warmUp, name: "warm-up") }
        var drains: [DrainCommand.Run] = []
        for number in 1...options.repeats {
            let run = try await DrainCommand.run(drain, requests, name: "drain \(number) of \(options.repeats)")
            report.add(run)
            drains.append(run)
        }
        ground.console.say("reading the rows back")
        let rows = try await LeftRows.read(ground.pool, requests: requests, batchSize: batch)
        let copy = CopyFloor(pool: ground.pool, rows: rows)
        for (number, run) in drains.enumerated() {
            for connections in [1, 4] {
                try await copy.prepare()
                let (seconds, use) = try await ground.metered { try await copy.run(connections: connections) }
                report.add(copy: rows, connections, seconds, use, drained: run.pace.rate)
                ground.console.say("copy \(number + 1), \(connections) connections: \(Int(Double(requests) / seconds)) requests/s")
            }
        }
        let kafka = KafkaFloor(ground: ground)
        let messages = try await kafka.messages(requests: min(requests, 20_000))
        for _ in 1...options.repeats { report.add(try await kafka.run(messages)) }
        report.note(source)
        return report
    }
}

extension BenchReport {
    fileprivate mutating func add(
        copy rows: LeftRows, _ connections: Int, _ seconds: Double, _ use: ResourceUse, drained: Double
    ) {
        let rate = Double(rows.requestCount) / seconds
        let over = connections == 1 ? "1 connection" : "\(connections) connections"
        if connections == 1 {
            add("rows_per_request", "rows a request", Double(rows.rowCount) / Double(rows.requestCount), decimals: 2)
            add("copy_bytes_per_request", "bytes of them", Double(rows.byteCount) / Double(rows.requestCount), decimals: 0)
        }
        add("copy_\(connections)_requests_per_second", "COPY over \(over), requests a second", rate, decimals: 0)
        add(
            "copy_\(connections)_cpu_seconds_per_100k", "  CPU-seconds per 100,000, whole machine",
            use.machineCPUSeconds * 100_000 / Double(rows.requestCount), decimals: 2)
        add("copy_\(connections)_wal_bytes_per_request", "  bytes of WAL a request", use.walBytes / Double(rows.requestCount), decimals: 0)
        add("drain_to_copy_\(connections)", "drain to COPY over \(over)", drained / rate, decimals: 3)
    }

    fileprivate mutating func add(_ pace: KafkaFloor.Pace) {
        let (messages, megabytes) = (Double(pace.messages), Double(pace.bytes) / 1_000_000)
        add("produce_messages_per_second", "produce alone, messages a second", messages / pace.produceSeconds, decimals: 0)
        add("produce_megabytes_per_second", "  MB a second", megabytes / pace.produceSeconds)
        add("consume_messages_per_second", "consume alone, messages a second", messages / pace.consumeSeconds, decimals: 0)
        add("consume_megabytes_per_second", "  MB a second", megabytes / pace.consumeSeconds)
    }
}
