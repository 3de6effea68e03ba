import EmbeddedPostgres
import Foundation
import Synchronization

/// The PostgreSQL server of the tests: one per test process, started by the first test that needs it and gone with the
/// process; or, when `TUESDAY_TEST_POSTGRES` holds a connection string, that one.
///
/// The private one runs with `fsync` off: a test's data need not survive a power failure.
public enum TestPostgres {
    /// How to connect to the server's database `postgres`.
    public static func conninfo() async throws -> String {
        if let given = ProcessInfo.processInfo.environment["TUESDAY_TEST_POSTGRES"], !given.isEmpty { return given }
        return try await server().conninfo
    }

    /// A connection string for a new database with a name of its own: empty, or a copy of the database `template`, to
    /// which nobody may be connected then.
    public static func freshDatabase(_ prefix: String = "test", template: String = "template0") async throws -> String {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "\(prefix)_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        let server = try await conninfo()
        try await psql("create database \"\(name)\" template \"\(template)\"", server)
        return "\(server) dbname='\(name)'"
    }

    /// The name of the database in a connection string made here, to be given as a `template`.
    public static func databaseName(of conninfo: String) -> String {
        conninfo.components(separatedBy: "dbname='").last?.components(separatedBy: "'").first ?? conninfo
    }

    /// A server of the caller's own, for tests that stop or kill it.
    public static func privateServer(settings: [String: String] = [:]) async throws -> PrivatePostgres {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let directory = "/tmp/tuesday-test-\(ProcessInfo.processInfo.processIdentifier)-\(number)"
        removeServersAtExit
        let server = try await PrivatePostgres.start(directory: directory, settings: fast.merging(settings) { $1 })
        servers.withLock { $0.append(server) }
        return server
    }

    private static let counter = Atomic<Int>(0)
    private static let servers = Mutex<[PrivatePostgres]>([])
    private static let running = Mutex<Task<PrivatePostgres, any Error>?>(nil)
    private static let fast = [
        "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200",
        "shared_buffers": "64MB", "max_prepared_transactions": "4",
    ]

    private static func server() async throws -> PrivatePostgres {
        let task = running.withLock { running in
            if let running { return running }
            let task = Task { try await privateServer() }
            running = task
            return task
        }
        return try await task.value
    }

    private static let removeServersAtExit: Void = {
        _ = atexit {
            for server in TestPostgres.servers.withLock({ $0 }) {
                server.stopImmediately()
                // What cannot be removed stays in /tmp.
                try? FileManager.default.removeItem(atPath: server.directory)
            }
        }
    }()

    private static func psql(_ sql: String, _ conninfo: String) async throws {
        try await PrivatePostgres.psql(sql, conninfo: conninfo)
    }
}
