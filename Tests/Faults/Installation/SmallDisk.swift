import Foundation
import Glibc
import Synchronization
import TestSupport

/// A few hundred megabytes of memory that look like a disk of PostgreSQL's, so that they can be used up.
final class SmallDisk: Sendable {
    private static let megabytes = 600

    private let path: String
    /// While it is full: the file that fills it, open.
    private let filler = Mutex<Int32?>(nil)

    /// Whether this process may mount one.
    static var isPossible: Bool { geteuid() == 0 }

    init(mountedAt path: String) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // As whom the server runs where root starts it.
        guard let user = getpwnam("postgres") else { throw HarnessFailure("there is no user postgres") }
        let owner = "uid=\(user.pointee.pw_uid),gid=\(user.pointee.pw_gid),mode=0700"
        try await Programs.run(
            "/usr/bin/mount", ["-t", "tmpfs", "-o", "\(owner),size=\(Self.megabytes)m", "tmpfs", path])
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
