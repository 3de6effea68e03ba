import AsyncHTTPClient
import Foundation
import NIOCore
import PostgresClient

/// A process that takes part in a measurement.
struct MeteredProcess: Sendable {
    /// Copies share it.
    let name: String
    let processID: Int32
    /// Where its metrics are, if it has any.
    var adminPort: Int?
}

/// Reads the counters of everything that takes part in a measurement on this machine.
///
/// Servers of other machines have no figures of CPU and memory here.
struct ResourceMeter: Sendable {
    /// Counters since their beginnings.
    struct Reading: Sendable {
        var machineCPUSeconds = 0.0
        /// By the name in reports, in the order of the work; copies of a worker together.
        var cpuSeconds: [(name: String, seconds: Double)] = []
        /// The most a process of that name ever had; of PostgreSQL what all its processes have now.
        var memoryBytes: [(name: String, bytes: Double)] = []
        /// Committed batches and their records, by worker.
        var batches: [(name: String, count: Double, records: Double)] = []
        var walBytes: Int64 = 0
        var databaseBytes: Int64 = 0
        var updates: Int64 = 0
        var hotUpdates: Int64 = 0
    }

    let processes: [MeteredProcess]
    let client: HTTPClient
    let pool: PostgresPool

    func read() async throws -> Reading {
        var reading = Reading()
        let postgres = try await readDatabase(into: &reading)
        var names: [String] = []
        for process in processes where !names.contains(process.name) { names.append(process.name) }
        for name in names {
            let copies = processes.filter { $0.name == name }
            reading.cpuSeconds.append((name, copies.map { ProcessFacts.cpuSeconds($0.processID) }.reduce(0, +)))
            reading.memoryBytes.append((name, copies.map { ProcessFacts.peakMemoryBytes($0.processID) }.max() ?? 0))
            var (batches, records) = (0.0, 0.0)
            for port in copies.compactMap(\.adminPort) {
                let metrics = try await metrics(port: port)
                batches += metrics["tuesday_batches_total"] ?? 0
                records += metrics["tuesday_records_total"] ?? 0
            }
            reading.batches.append((name, batches, records))
        }
        if let postgres {
            reading.cpuSeconds.append(("postgresql", ProcessFacts.cpuSecondsOfFamily(postgres)))
            let family = [postgres] + ProcessFacts.children(of: postgres)
            reading.memoryBytes.append(("postgresql", family.map(ProcessFacts.proportionalMemoryBytes).reduce(0, +)))
        }
        // librdkafka's mock cluster is one thread of this process.
        let broker = ProcessFacts.cpuSecondsOfThreads(named: "rdk:mock")
        if broker > 0 { reading.cpuSeconds.append(("embedded_broker", broker)) }
        reading.cpuSeconds.append(("load", ProcessFacts.cpuSeconds(getpid()) - broker))
        reading.machineCPUSeconds = ProcessFacts.machineCPUSeconds()
        return reading
    }

    /// Sums over labels, by the metric's name.
    private func metrics(port: Int) async throws -> [String: Double] {
        let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/metrics")
        let response = try await client.execute(request, timeout: .seconds(10))
        return Self.sums(String(buffer: try await response.body.collect(upTo: 1 << 22)))
    }

    /// Of Prometheus text.
    static func sums(_ text: String) -> [String: Double] {
        var sums: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else { continue }
            sums[String(line[..<space].prefix { $0 != "{" }), default: 0] += value
        }
        return sums
    }

    /// Returns the server's first process when it is one of this machine's.
    private func readDatabase(into reading: inout Reading) async throws -> Int32? {
        let row = try await pool.withConnection { connection in
            try await connection.query(
                """
                select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint, pg_database_size(current_database()),
                    (select coalesce(sum(t.n_tup_upd), 0)::bigint from pg_stat_user_tables t),
                    (select coalesce(sum(t.n_tup_hot_upd), 0)::bigint from pg_stat_user_tables t),
                    pg_backend_pid()
                """)
        }[0]
        reading.walBytes = try row.int64(0)
        reading.databaseBytes = try row.int64(1)
        reading.updates = try row.int64(2)
        reading.hotUpdates = try row.int64(3)
        guard let backend = ProcessFacts.parent(of: try row.int32(4)), backend.command.hasPrefix("postgres") else {
            return nil
        }
        return backend.process
    }
}
