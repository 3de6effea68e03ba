/// Who may import whom: a row each target, and nothing that is not in its row.
///
/// Inner rings know nothing of outer ones, adapters (`Store`, `Messaging`, `Web`) never one another, and the protocol
/// clients know no residents.
enum ImportRules {
    private static let core: Set<String> = ["Workflow", "Contracts", "Domain"]
    private static let adapters: Set<String> = ["Web", "Messaging", "Store"]
    private static let clients: Set<String> = ["KafkaClient", "PostgresClient"]
    private static let outside: Set<String> = [
        "Crypto", "Dispatch", "FoundationEssentials", "Glibc", "HTTPTypes", "Hummingbird", "Logging", "Metrics",
        "CoreMetrics", "NIOCore", "ServiceLifecycle", "Synchronization", "UnixSignals",
    ]
    private static let worker: Set<String> = ["Runtime", "Workflow", "Domain"]

    static let allowed: [String: Set<String>] = [
        "Domain": [],
        "Contracts": ["Domain", "Crypto", "FoundationEssentials"],
        "Workflow": ["Domain", "Contracts", "Logging", "Metrics", "Synchronization"],

        // Empty but in builds for debugging.
        "Failpoints": ["Glibc", "Synchronization"],
        "KafkaClient": ["CRdKafka", "Failpoints", "Glibc", "Synchronization", "Dispatch", "FoundationEssentials"],
        "PostgresClient": ["CLibpq", "Failpoints", "Glibc", "Synchronization", "FoundationEssentials"],
        "EmbeddedPostgres": ["Foundation", "Glibc", "Synchronization"],

        "Store": core.union([
            "PostgresClient", "Failpoints", "Crypto", "Logging", "FoundationEssentials", "Synchronization",
        ]),
        "Messaging": core.union([
            "KafkaClient", "Failpoints", "Logging", "Metrics", "FoundationEssentials", "Synchronization",
        ]),
        "Web": core.union([
            "Failpoints", "Hummingbird", "HTTPTypes", "NIOCore", "Logging", "FoundationEssentials", "Synchronization",
        ]),

        "Runtime": core.union(adapters).union(clients).union(outside).union(["Failpoints", "CLinux"]),

        "tuesday-intake": worker,
        "tuesday-router": worker,
        "tuesday-followup": worker,
        "tuesday-stats": worker,
        "tuesday": core.union(adapters).union(clients).union(outside).union([
            "Runtime", "EmbeddedPostgres", "ArgumentParser", "AsyncHTTPClient", "Foundation", "NIO",
            "NIOFoundationCompat",
            "NIOHTTP1", "NIOPosix", "NIOConcurrencyHelpers", "Histogram",
        ]),
    ]

    /// What one file may import beyond its target's row, and why.
    static let exceptions: [String: Set<String>] = [
        // `Bundle`, which finds the resources, is in Foundation only.
        "Sources/Store/Migration/SchemaFiles.swift": ["Foundation"]
    ]

    /// One sentence for every import that its target's row does not hold.
    static func violations(in files: [SourceFile]) -> [String] {
        files.flatMap { file -> [String] in
            guard let row = allowed[file.target] else {
                return ["\(file.path): the target \(file.target) has no row in ImportRules.allowed"]
            }
            let beyond = exceptions[file.path] ?? []
            return file.imports.filter { !row.contains($0.module) && !beyond.contains($0.module) }.map {
                number, module in
                let may = row.isEmpty ? "nothing" : "only " + row.sorted().joined(separator: ", ")
                return "\(file.path):\(number) imports \(module), but \(file.target) may import \(may)"
            }
        }
    }
}
