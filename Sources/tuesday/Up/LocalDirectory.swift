import Foundation
import Glibc
import Runtime

/// The folder of a Tuesday on one machine: the server's data, the logs, and who runs it.
struct LocalDirectory: Sendable {
    let path: String

    init(_ path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    var postgres: String { "\(path)/postgres" }
    var logs: String { "\(path)/logs" }
    var environmentFile: String { "\(path)/env" }
    var pidFile: String { "\(path)/pid" }

    /// Makes the folders and writes down that this process runs here; refuses when another one does.
    func claim() throws {
        if let other = runningProcess() {
            throw CommandFailure(
                "Tuesday runs in \(path) already, as process \(other); stop it with "
                    + "`tuesday down --directory \(path)`, or choose another directory",
                exitStatus: ExitStatus.unavailable)
        }
        do {
            try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
            let mine = getpid()
            let text = "\(mine) \(Self.startedAt(mine) ?? "")\n"
            try text.write(toFile: pidFile, atomically: true, encoding: .utf8)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)", exitStatus: 73)
        }
    }

    /// Forgets that this process runs here.
    func release() {
        // What stays behind names a process that is gone, and is recognised as such.
        unlink(pidFile)
        unlink(environmentFile)
    }

    /// The process that runs here; nil when the one written down is gone, even if its number lives on in another.
    func runningProcess() -> Int32? {
        guard let text = try? String(contentsOfFile: pidFile, encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let first = words.first, let process = Int32(first), kill(process, 0) == 0 || errno == EPERM else { return nil }
        guard words.count > 1 else { return process }
        return Self.startedAt(process) == String(words[1]) ? process : nil
    }

    /// When a process began, in ticks since boot: with its number it names a process for good.
    private static func startedAt(_ process: Int32) -> String? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let afterName = line.lastIndex(of: ")")
        else { return nil }
        let fields = line[line.index(after: afterName)...].split(separator: " ")
        return fields.count > 19 ? String(fields[19]) : nil
    }
}
