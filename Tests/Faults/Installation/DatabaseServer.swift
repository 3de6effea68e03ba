import EmbeddedPostgres
import Foundation
import PostgresClient

/// The private PostgreSQL, which can be killed and comes back with its data.
actor DatabaseServer {
    /// A crash of its processes is no power failure: what was written is kept by the kernel, so fsync may be off; but a
    /// commit that was answered must have been written.
    private static let settings = [
        "fsync": "off", "full_page_writes": "off", "synchronous_commit": "on", "max_connections": "200",
        "shared_buffers": "128MB", "deadlock_timeout": "500ms", "log_lock_waits": "on", "log_statement": "none",
        "autovacuum_naptime": "5s", "max_wal_size": "128MB", "min_wal_size": "32MB",
        // As deploy/postgres has it.
        "jit": "off",
    ]

    let directory: String
    private var server: PrivatePostgres
    private var isDown = false
    /// Nil: it shares everybody's.
    nonisolated let disk: SmallDisk?

    /// - Parameter diskMegabytes: it has a disk of its own and of this size, which can be filled.
    init(directory: String, diskMegabytes: Int? = nil) async throws {
        self.directory = directory
        // Not under its log: there it would have no room to say that it has none.
        let disk: SmallDisk? =
            if let diskMegabytes { try await SmallDisk(mountedAt: "\(directory)/data", megabytes: diskMegabytes) } else { nil }
        self.disk = disk
        do { server = try await PrivatePostgres.start(directory: directory, settings: Self.settings) } catch {
            await disk?.unmount()
            throw error
        }
    }

    var socket: String { "\(server.socketDirectory)/.s.PGSQL.\(server.port)" }

    func psql(_ sql: String, database: String = "postgres") throws { try server.psql(sql, database: database) }

    /// What a query answers, as CSV with a heading.
    func csv(_ query: String, database: String) async throws -> String {
        // Whoever holds a table, or the server itself, must not hold those who ask.
        let settings = "connect_timeout=5 options='-c statement_timeout=20000 -c lock_timeout=5000'"
        return try await PrivatePostgres.psql(
            "copy (\(query)) to stdout (format csv, header)", conninfo: "\(server.conninfo(database: database)) \(settings)")
    }

    /// As a crash would: every process of it; recovered after a while, with another socket.
    ///
    /// - Returns: false when it was down already.
    func crash(downMilliseconds: Int) async throws -> Bool {
        guard !isDown else { return false }
        isDown = true
        defer { isDown = false }
        await server.kill9()
        try await Task.sleep(for: .milliseconds(downMilliseconds))
        server = try await PrivatePostgres.start(directory: directory, settings: Self.settings)
        return true
    }

    func stop() async {
        await server.stop()
        await disk?.unmount()
    }

    /// What the server has complained of since it was made: lines with any of these words.
    ///
    /// - Parameter start: lines that came after the log was so long, in bytes.
    nonisolated func complaints(_ words: [String], since start: UInt64 = 0) -> [String] {
        var unjudged = UnjudgedLog(path: log, from: start)
        return unjudged.takeComplaints(words)
    }

    /// In bytes.
    nonisolated var logLength: UInt64 {
        (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? UInt64) ?? 0
    }

    nonisolated var log: String { "\(directory)/server.log" }
}
