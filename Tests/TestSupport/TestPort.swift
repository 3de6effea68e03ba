import Foundation

/// Ports for workers that are started again and again.
public enum TestPort {
    /// Where connections to others get their own port from; nobody may sit on one that is waited for.
    private static let given = 10_000..<32_768
    private static let folder = "/tmp/tuesday-test-ports"

    /// A port of 127.0.0.1 that nobody listens on now, and that no other test will take while this process lives.
    public static func take() throws -> Int {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for _ in 0..<1_000 {
            let port = Int.random(in: given)
            // Never closed: with the process the lock goes.
            let lock = open("\(folder)/\(port)", O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
            if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0, isFree(port) { return port }
            close(lock)
        }
        throw ScenarioFailure("no free port on 127.0.0.1 from \(given.lowerBound) to \(given.upperBound)")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
