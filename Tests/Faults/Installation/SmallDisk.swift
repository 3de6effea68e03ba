import Foundation
import Glibc
import TestSupport

/// A few hundred megabytes of memory that look like a disk, so that they can be used up.
struct SmallDisk: Sendable {
    private static let megabytes = 600

    private let path: String

    /// Whether this process may mount one.
    static var isPossible: Bool { geteuid() == 0 }

    init(mountedAt path: String) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await Programs.run(
            "/usr/bin/mount", ["-t", "tmpfs", "-o", "mode=0755,size=\(Self.megabytes)m", "tmpfs", path])
    }

    /// Leaves no room.
    func fill() {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let block = [UInt8](repeating: 0x2E, count: 1 << 16)
        while write(descriptor, block, block.count) > 0 {}
        close(descriptor)
    }

    func empty() { unlink(filler) }

    func unmount() async {
        empty()
        // What stays mounted is memory of this process's namespace, and gone with it as a rule.
        _ = try? await Programs.run("/usr/bin/umount", ["--lazy", path])
    }

    private var filler: String { "\(path)/filler" }
}
