/// What a run used: the difference of two readings, and the memory at its end.
struct ResourceUse: Sendable {
    var machineCPUSeconds: Double
    var cpuSeconds: [(name: String, seconds: Double)]
    var memoryBytes: [(name: String, bytes: Double)]
    var batches: [(name: String, count: Double, records: Double)]
    var walBytes: Double
    var databaseBytes: Double
    var updates: Double
    var hotUpdates: Double

    init(from before: ResourceMeter.Reading, to after: ResourceMeter.Reading) {
        machineCPUSeconds = after.machineCPUSeconds - before.machineCPUSeconds
        let earlier = Dictionary(before.cpuSeconds.map { ($0.name, $0.seconds) }) { $1 }
        // A worker that was started again counts from zero.
        cpuSeconds = after.cpuSeconds.map { ($0.name, max(0, $0.seconds - (earlier[$0.name] ?? 0))) }
        memoryBytes = after.memoryBytes
        let counted = Dictionary(before.batches.map { ($0.name, ($0.count, $0.records)) }) { $1 }
        batches = after.batches.map { entry in
            let (count, records) = counted[entry.name] ?? (0, 0)
            return (entry.name, entry.count - count, entry.records - records)
        }
        walBytes = Double(after.walBytes - before.walBytes)
        databaseBytes = Double(after.databaseBytes - before.databaseBytes)
        updates = Double(after.updates - before.updates)
        hotUpdates = Double(after.hotUpdates - before.hotUpdates)
    }
}

extension BenchReport {
    /// Adds what a run of so many requests used.
    mutating func add(_ use: ResourceUse, requests: Int) {
        let per100k = 100_000 / Double(max(1, requests))
        let per1 = 1 / Double(max(1, requests))
        add("cpu_seconds_per_100k", "CPU-seconds per 100,000, whole machine", use.machineCPUSeconds * per100k, decimals: 2)
        let known = use.cpuSeconds.reduce(0) { $0 + $1.seconds }
        for (name, seconds) in use.cpuSeconds + [("others", max(0, use.machineCPUSeconds - known))] {
            add("cpu_seconds_per_100k_\(name)", "  \(name)", seconds * per100k, decimals: 2)
        }
        for (name, bytes) in use.memoryBytes {
            let what = name == "postgresql" ? "memory, MiB: postgresql, all processes" : "memory at most, MiB: \(name)"
            add("memory_mib_\(name)", what, bytes / 1_048_576)
        }
        for (name, count, records) in use.batches where count > 0 {
            add("batches_\(name)", "batches: \(name)", count, decimals: 0)
            add("records_per_batch_\(name)", "  records in each", records / count, decimals: 0)
        }
        add("wal_bytes_per_request", "bytes of WAL a request", use.walBytes * per1, decimals: 0)
        add("database_bytes_per_request", "bytes of tables and indexes a request", use.databaseBytes * per1, decimals: 0)
        if use.updates > 0 {
            add("hot_share", "share of updates that are HOT", use.hotUpdates / use.updates, decimals: 3)
        }
    }
}
