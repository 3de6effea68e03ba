import Foundation

/// A database's schema as `pg_dump` tells it, without what differs from one run or release to the next.
enum SchemaDump {
    /// Not on a thread of the cooperative pool: waiting for a process would hold up every other test.
    static func of(_ conninfo: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try dump(conninfo) }) }
        }
    }

    private static func dump(_ conninfo: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["pg_dump", "--schema-only", "--no-owner", "--dbname", conninfo]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw DumpFailed(status: process.terminationStatus) }
        return normalised(String(decoding: data, as: UTF8.self))
    }

    struct DumpFailed: Error {
        let status: Int32
    }

    private static func normalised(_ dump: String) -> String {
        var lines: [Substring] = []
        for line in dump.split(separator: "\n", omittingEmptySubsequences: false) {
            // Comments of the dump name versions; \restrict carries a random key; SET and set_config are the session's.
            if line.hasPrefix("--") || line.hasPrefix("\\") || line.hasPrefix("SET ") { continue }
            if line.hasPrefix("SELECT pg_catalog.set_config") { continue }
            if line.isEmpty, lines.last?.isEmpty ?? true { continue }
            lines.append(line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return "-- What the migrations and views make, as pg_dump tells it. Written by a test; not run by anybody.\n\n"
            + lines.joined(separator: "\n") + "\n"
    }
}
