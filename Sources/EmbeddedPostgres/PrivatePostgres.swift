import Foundation
import Glibc
import Synchronization

/// A PostgreSQL server of this process's own, in a directory, reached over a unix socket only.
///
/// For development, demonstrations and tests: no account, no network port, no packaging beyond Debian's `postgresql`.
/// It ends with the process that started it, however that process ends; the data stays and is started again, by crash
/// recovery when need be. The log is `server.log` in the directory. Durable unless `settings` say `fsync = off`.
public final class PrivatePostgres: Sendable {
    /// Why no server could be had; the text says what to do.
    public struct Failure: Error, CustomStringConvertible, Sendable {
        /// What was expected, what was found, what to do.
        public let description: String
    }

    /// The port that stands in the socket's name.
    public let port = 5432
    /// The folder of the socket, under `/tmp` because a socket's path holds at most 107 bytes.
    public let socketDirectory: String
    /// The directory given at the start; the data is in `data`, the log in `server.log`.
    public let directory: String

    private let programs: PostgresPrograms
    private let server: ServerProcess

    /// Initialises the directory when it is empty, starts the server, waits until it answers, and creates the databases
    /// that do not exist yet.
    ///
    /// `settings` are lines of `postgresql.conf`, such as `["shared_buffers": "256MB"]`. Started by root, the server
    /// runs as the user `postgres`, who then owns the directory and must be able to reach it.
    public static func start(
        directory: String, settings: [String: String] = [:], databases: [String] = []
    ) async throws -> PrivatePostgres {
        try await blocking {
            let server = try PrivatePostgres(directory: directory, settings: settings)
            for name in databases { try server.createDatabase(name) }
            return server
        }
    }

    /// How to connect to the database `postgres`, as libpq takes it.
    public var conninfo: String { conninfo(database: "postgres") }

    /// How to connect to one database, as libpq takes it. The user is the superuser `postgres`.
    public func conninfo(database: String) -> String {
        "host=\(socketDirectory) port=\(port) user=postgres dbname='\(database)'"
    }

    /// The server's process id.
    public var processID: Int32 { server.processID }

    /// Ends the server and waits for it. `fast` rolls back what is open; without it the server waits for its clients
    /// to leave, for a minute, and is then stopped fast.
    public func stop(fast: Bool = true) async {
        await Self.blocking {
            self.server.stop(signal: fast ? SIGINT : SIGTERM)
            self.removeSocketDirectory()
        }
    }

    /// Ends the server as a power failure would, the data left as it is; for tests of recovery.
    public func kill9() async {
        await Self.blocking {
            self.server.killAll()
            self.removeSocketDirectory()
        }
    }

    /// Ends the server at once, without a checkpoint, blocking until it is gone: for the last moment of a process. The next
    /// start recovers.
    public func stopImmediately() {
        server.stop(signal: SIGQUIT)
        removeSocketDirectory()
    }

    /// Creates a database, as a copy of `template`; does nothing when it exists.
    public func createDatabase(_ name: String, template: String = "template0") throws {
        let exists = try psql(
            "select 1 from pg_database where datname = '\(Self.doubled(name, "'"))'", database: "postgres")
        guard exists.isEmpty else { return }
        try psql(
            "create database \"\(Self.doubled(name, "\""))\" template \"\(Self.doubled(template, "\""))\"",
            database: "postgres")
    }

    /// Runs one statement with `psql` and returns its output, unaligned and without headings.
    @discardableResult
    public func psql(_ sql: String, database: String) throws -> String {
        try programs.psql(sql, conninfo: conninfo(database: database))
    }

    /// Runs one statement with `psql` on any server and returns its output, unaligned and without headings.
    @discardableResult
    public static func psql(_ sql: String, conninfo: String) async throws -> String {
        try await blocking { try PostgresPrograms.find().psql(sql, conninfo: conninfo) }
    }

    private init(directory: String, settings: [String: String]) throws {
        let path = URL(fileURLWithPath: directory).standardizedFileURL.path
        self.directory = path
        programs = try PostgresPrograms.find()
        let cluster = DataDirectory(path: path, programs: programs)
        try cluster.prepare()
        socketDirectory = try Self.makeSocketDirectory(programs)
        try cluster.remember(socketDirectory: socketDirectory)
        var lines = settings
        lines["listen_addresses"] = ""
        lines["unix_socket_directories"] = socketDirectory
        lines["port"] = "\(port)"
        let arguments = ["-D", cluster.data] + lines.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        let readiness = ["-q", "-h", socketDirectory, "-p", "\(port)", "-d", "postgres"]
        do {
            let command = try programs.command("postgres", arguments, diesWithParent: true)
            server = try Self.serve(command, log: cluster.log) { [programs] in
                (try? programs.run("pg_isready", readiness)) != nil  // an error here only says "not yet"
            }
        } catch {
            Self.remove(socketDirectory)
            throw error
        }
    }

    /// Starts the server and waits until it is ready. Where one was killed its last processes may take a moment to go, and
    /// their shared memory lets no other begin.
    private static func serve(_ command: [String], log: String, isReady: () -> Bool) throws -> ServerProcess {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let server = try ServerProcess(command, log: log)
            do {
                try wait(for: server, log: log, isReady: isReady)
                return server
            } catch {
                let isOccupied = server.hasEnded && tail(of: log).contains("shared memory block")
                server.stop(signal: SIGINT)
                guard isOccupied, ContinuousClock.now < deadline else { throw error }
                usleep(100_000)  // on a thread of its own: whoever starts a server waits off the cooperative pool
            }
        }
    }

    /// Recovery after a crash may take a while; a server that ended is noticed at once.
    private static func wait(for server: ServerProcess, log: String, isReady: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            if server.hasEnded {
                throw Failure(description: "the PostgreSQL server ended while starting: \(tail(of: log)); see \(log)")
            }
            if isReady() { return }
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "the PostgreSQL server did not answer within a minute; see \(log)")
            }
            server.waitForEnd(milliseconds: 20)
        }
    }

    private static func makeSocketDirectory(_ programs: PostgresPrograms) throws -> String {
        var template = Array("/tmp/pg-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(description: "no folder for the socket could be made in /tmp: errno \(errno)")
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o700)
        try programs.giveToServerUser(path)
        return path
    }

    private func removeSocketDirectory() { Self.remove(socketDirectory) }

    private static func remove(_ socketDirectory: String) {
        // Left behind it does no harm: an empty folder in /tmp.
        try? FileManager.default.removeItem(atPath: socketDirectory)
    }

    private static func tail(of log: String) -> String {
        guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return "no log was written" }
        return text.split(separator: "\n").suffix(3).joined(separator: " | ")
    }

    private static func doubled(_ text: String, _ quote: String) -> String {
        text.replacingOccurrences(of: quote, with: quote + quote)
    }

    /// Off the cooperative pool: starting, stopping and psql wait for other processes.
    static func blocking<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            Foundation.Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }

    private static func blocking(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            Foundation.Thread.detachNewThread {
                body()
                continuation.resume()
            }
        }
    }
}
