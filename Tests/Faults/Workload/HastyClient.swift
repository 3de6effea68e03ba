import Foundation
import Glibc

/// Submits and gives up before there is an answer, over and over, on connections that it closes meanwhile: what it left behind
/// waits on in the intake all the same.
enum HastyClient {
    /// Connections that are kept for a while, so that the intake has read what was sent.
    private static let kept = 200

    /// On a thread of its own.
    ///
    /// - Parameter next: body and key of the next submission; nil: it is over.
    /// - Returns: how many were sent.
    static func submitAll(port: Int, _ next: @escaping @Sendable () -> (body: [UInt8], key: String)?) async -> Int {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: run(port, next)) }
        }
    }

    private static func run(_ port: Int, _ next: () -> (body: [UInt8], key: String)?) -> Int {
        var open: [Int32] = []
        var count = 0
        while let (body, key) = next() {
            guard let descriptor = connect(port) else {
                usleep(2_000)  // its queue of connections is full
                continue
            }
            open.append(descriptor)
            let head = "POST /v1/requests HTTP/1.1\r\nHost: faults\r\nContent-Type: application/json\r\n"
                + "Idempotency-Key: \(key)\r\nContent-Length: \(body.count)\r\n\r\n"
            let bytes = Array(head.utf8) + body
            if send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count { count += 1 }
            if open.count > kept { close(open.removeFirst()) }
        }
        for descriptor in open { close(descriptor) }
        return count
    }

    private static func connect(_ port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return nil
    }
}
