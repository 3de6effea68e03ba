import Foundation
import Glibc
import Synchronization

/// Stands between client and server on a unix socket, and drops the server's answer to what contains a word: the server
/// has then done what it was asked, and the client never hears of it. Without `upstream` it accepts and says nothing.
final class Proxy: Sendable {
    let directory: String
    private let listener: Int32
    private let fatalWord = Mutex<[UInt8]>([])

    var conninfo: String { "host=\(directory) port=5432" }

    init(upstream: String?) throws {
        var template = Array("/tmp/pg-proxy-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        listener = Self.socket("\(directory)/.s.PGSQL.5432") { Glibc.bind($0, $1, $2) }
        listen(listener, 16)
        Foundation.Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                guard let upstream else { continue }
                let server = Self.socket(upstream) { Glibc.connect($0, $1, $2) }
                Foundation.Thread.detachNewThread { self.forward(client, server) }
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// From now on, the answer to what contains `word` is dropped together with the connection.
    func dropAnswer(to word: String) { fatalWord.withLock { $0 = Array(word.utf8) } }

    private func forward(_ client: Int32, _ server: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var isDropping = false
        while true {
            var sockets = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            poll(&sockets, 2, -1)
            if sockets[1].revents != 0 {
                let count = read(server, &buffer, buffer.count)
                if count <= 0 || isDropping { break }
                send(client, buffer, count, Int32(MSG_NOSIGNAL))
            }
            if sockets[0].revents != 0 {
                let count = read(client, &buffer, buffer.count)
                if count <= 0 { break }
                let word = fatalWord.withLock { $0 }
                if !word.isEmpty, buffer[..<count].firstRange(of: word) != nil { isDropping = true }
                send(server, buffer, count, Int32(MSG_NOSIGNAL))
            }
        }
        close(client)
        close(server)
    }

    private static func socket(
        _ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        precondition(code == 0, "the proxy cannot use \(path): errno \(errno)")
        return descriptor
    }
}
