import Glibc

/// Ports of 127.0.0.1.
enum FreePort {
    /// Whether nobody listens there now.
    static func isFree(_ port: Int) -> Bool { bound(port) != nil }

    /// `wanted` when it is free, else any free one that is not in `taken`.
    static func find(near wanted: Int, except taken: Set<Int>) throws -> Int {
        if wanted > 0, !taken.contains(wanted), isFree(wanted) { return wanted }
        for _ in 0..<100 {
            if let port = bound(0), !taken.contains(port) { return port }
        }
        throw CommandFailure("no free port was found on 127.0.0.1", exitStatus: 69)
    }

    /// Binds and lets go; the port it got, or nil when it is taken.
    private static func bound(_ port: Int) -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, length) == 0, listen(descriptor, 1) == 0,
                    getsockname(descriptor, address, &length) == 0
                else { return nil }
                return pointer.pointee.portNumber
            }
        }
    }
}

extension sockaddr_in {
    fileprivate var portNumber: Int { Int(UInt16(bigEndian: sin_port)) }
}
