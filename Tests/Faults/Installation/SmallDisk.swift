import Foundation
import Glibc
import Synchronization
import TestSupport

/// Some memory that looks like a disk of PostgreSQL's, so that it can be used up.
final class SmallDisk: Sendable {
    private let path: String
    /// While it is full: the file that fills it, open.
    private let filler = Mutex<Int32?>(nil)

    /// Whether this process may mount one: in containers, as a rule, not even root may. Found out by a trial.
    static let isPossible: Bool = {
        let trial = "/tmp/tuesday-trial-disk-\(getpid())"
        guard geteuid() == 0, mkdir(trial, 0o700) == 0 else { return false }
        defer { rmdir(trial) }
        func succeeds(_ program: String, _ arguments: [String]) -> Bool {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
        return succeeds("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", trial])
            && succeeds("/usr/bin/umount", [trial])
    }()

    init(mountedAt path: String, megabytes: Int) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // As whom the server runs where root starts it.
        guard let user = getpwnam("postgres") else { throw HarnessFailure("there is no user postgres") }
        let owner = "uid=\(user.pointee.pw_uid),gid=\(user.pointee.pw_gid),mode=0700"
        try await Programs.run(
            "/usr/bin/mount", ["-t", "tmpfs", "-o", "\(owner),size=\(megabytes)m", "tmpfs", path])
    }

    /// Leaves no room, and takes what is given back meanwhile: a checkpoint removes segments of the log by the dozen.
    func fill() {
        let isNew = filler.withLock { filler in
            guard filler == nil else { return false }
            let descriptor = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                print("\(name) cannot be made: errno \(errno)")
                return false
            }
            filler = descriptor
            return true
        }
        guard isNew, takeWhatIsFree() else { return }
        Thread.detachNewThread { [self] in
            while takeWhatIsFree() { usleep(20_000) }
        }
    }

    /// - Returns: false once it was emptied.
    private func takeWhatIsFree() -> Bool {
        filler.withLock { filler in
            guard let filler else { return false }
            let block = [UInt8](repeating: 0x2E, count: 1 << 16)
            while write(filler, block, block.count) > 0 {}
            return true
        }
    }

    func empty() {
        filler.withLock { filler in
            if let filler { close(filler) }
            filler = nil
            unlink(name)
        }
    }

    func unmount() async {
        empty()
        // What stays mounted is memory of this process's namespace, and gone with it as a rule.
        _ = try? await Programs.run("/usr/bin/umount", ["--lazy", path])
    }

    private var name: String { "\(path)/filler" }
}
