import Foundation
import Glibc

/// Where PostgreSQL's programs are, and as whom they are run.
struct PostgresPrograms: Sendable {
    let folder: String
    /// Set when this process is root, as whom PostgreSQL refuses to run.
    let serverUser: (name: String, user: uid_t, group: gid_t)?

    typealias Failure = PrivatePostgres.Failure

    /// The newest of Debian's versions, or else what stands on `PATH`.
    static func find() throws -> PostgresPrograms {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Double($0) }
        let names = versions.sorted(by: >).map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = names.map { "\(root)/\($0)/bin" } + path.split(separator: ":").map(String.init)
        let isComplete = { (folder: String) in
            ["postgres", "initdb", "psql", "pg_isready"].allSatisfy { access("\(folder)/\($0)", X_OK) == 0 }
        }
        guard let folder = folders.first(where: isComplete) else {
            throw Failure(
                description: "no PostgreSQL server in \(root) or on PATH; install it: apt-get install postgresql")
        }
        guard geteuid() == 0 else { return PostgresPrograms(folder: folder, serverUser: nil) }
        guard let entry = getpwnam("postgres") else {
            throw Failure(
                description: "PostgreSQL does not run as root and there is no user postgres; "
                    + "install it: apt-get install postgresql, or start this as another user")
        }
        return PostgresPrograms(folder: folder, serverUser: ("postgres", entry.pointee.pw_uid, entry.pointee.pw_gid))
    }

    /// The arguments to execute a program as the server's user.
    func command(_ program: String, _ arguments: [String], diesWithParent: Bool = false) throws -> [String] {
        let direct = ["\(folder)/\(program)"] + arguments
        var options: [String] = []
        if let serverUser {
            options += ["--reuid=\(serverUser.name)", "--regid=\(serverUser.name)", "--clear-groups"]
        }
        if diesWithParent { options += ["--pdeathsig", "SIGINT"] }
        guard !options.isEmpty else { return direct }
        guard access("/usr/bin/setpriv", X_OK) == 0 else {
            if serverUser == nil { return direct }
            throw Failure(description: "setpriv is needed to leave root; install it: apt-get install util-linux")
        }
        return ["/usr/bin/setpriv"] + options + direct
    }

    /// Runs a program to its end and returns what it wrote; throws with its last words when it fails.
    @discardableResult
    func run(_ program: String, _ arguments: [String]) throws -> String {
        let command = try command(program, arguments)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.environment = Self.environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(program) failed: \(text.trimmingCharacters(in: .whitespacesAndNewlines))")
        }
        return text
    }

    @discardableResult
    func psql(_ sql: String, conninfo: String) throws -> String {
        try run("psql", ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", sql])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func giveToServerUser(_ path: String) throws {
        guard let serverUser else { return }
        guard chown(path, serverUser.user, serverUser.group) == 0 else {
            throw Failure(description: "\(path) cannot be given to the user \(serverUser.name): errno \(errno)")
        }
    }

    /// Without the caller's `PG...` variables, which would redirect psql and the server.
    static var environment: [String: String] {
        var kept = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
        kept["LC_ALL"] = "C"
        return kept
    }
}
