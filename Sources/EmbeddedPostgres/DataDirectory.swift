import Foundation
import Glibc

/// The folder of a private server: `data`, `server.log`.
struct DataDirectory {
    let path: String
    let programs: PostgresPrograms

    var data: String { "\(path)/data" }
    var log: String { "\(path)/server.log" }

    typealias Failure = PrivatePostgres.Failure

    /// Makes the folder and its cluster when they do not exist, and clears away what a crash left.
    func prepare() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try programs.giveToServerUser(path)
        try checkReachable()
        if FileManager.default.fileExists(atPath: "\(data)/PG_VERSION") {
            try clearStaleLock()
            removeFormerSocketDirectory()
        } else {
            try programs.run(
                "initdb",
                ["-D", data, "--no-locale", "-E", "UTF8", "--auth=trust", "--username=postgres", "--no-instructions"])
        }
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(description: "\(log) cannot be written: errno \(errno)") }
        close(descriptor)
        try programs.giveToServerUser(log)
    }

    /// A process that is killed leaves its socket's folder in `/tmp`; the next start finds it by this note.
    func remember(socketDirectory: String) throws {
        try socketDirectory.write(toFile: note, atomically: true, encoding: .utf8)
    }

    private var note: String { "\(path)/socket-directory" }

    private func removeFormerSocketDirectory() {
        guard let former = try? String(contentsOfFile: note, encoding: .utf8), former.hasPrefix("/tmp/pg-") else { return }
        // Removed in order by the former process, as a rule.
        try? FileManager.default.removeItem(atPath: former)
    }

    /// A folder below one that only root may enter, such as `/root`, cannot be used by the server's user.
    private func checkReachable() throws {
        guard let user = programs.serverUser else { return }
        let command = ["--reuid=\(user.name)", "--regid=\(user.name)", "--clear-groups", "/usr/bin/test", "-w", path]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = command
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "the user \(user.name), as whom the server runs, cannot reach \(path); choose a directory "
                    + "whose parents everyone may enter, or start this as another user than root")
        }
    }

    /// `postmaster.pid` of a server that is gone. After a reboot, or in a container, its number may be another
    /// process's, and the server would then refuse to start.
    private func clearStaleLock() throws {
        let file = "\(data)/postmaster.pid"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let number = text.split(separator: "\n").first.flatMap({ Int32($0) })
        else { return }
        let command = try? String(contentsOfFile: "/proc/\(number)/cmdline", encoding: .utf8)
        let arguments = command?.split(separator: "\0").map(String.init) ?? []
        if arguments.first?.hasSuffix("postgres") == true, arguments.contains(data) {
            throw Failure(
                description: "a PostgreSQL server, process \(number), runs in \(data) already; stop it (kill -INT \(number)) "
                    + "or choose another directory")
        }
        try FileManager.default.removeItem(atPath: file)
    }
}
