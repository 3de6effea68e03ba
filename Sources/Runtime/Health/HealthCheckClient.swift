import Glibc

/// Asks a worker on this machine for `/readyz`, over a plain socket: slim images carry no curl.
public enum HealthCheckClient {
    /// What the worker answered.
    public struct Answer: Sendable, Equatable {
        /// The HTTP status.
        public let status: Int
        public let body: String
    }

    /// Why there was no answer.
    public struct Failure: Error, CustomStringConvertible, Sendable {
        public let description: String
    }

    /// Blocks for at most a few times `timeoutSeconds`.
    ///
    /// - Parameter host: an IPv4 address; anything else, and `0.0.0.0`, means 127.0.0.1.
    public static func get(
        host: String = "127.0.0.1", port: Int, path: String = "/readyz", timeoutSeconds: Int = 3
    ) throws(Failure) -> Answer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("no socket") }
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
        try connect(descriptor, host: host, port: port)
        try send(
            descriptor, "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\nAccept: */*\r\n\r\n")
        let text = String(decoding: try receive(descriptor), as: UTF8.self)
        guard let answer = parse(text) else {
            throw Failure(description: "\(host):\(port) answered something that is not HTTP")
        }
        return answer
    }

    private static func connect(_ descriptor: Int32, host: String, port: Int) throws(Failure) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        if host == "0.0.0.0" || inet_pton(AF_INET, host, &address.sin_addr) != 1 {
            inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw failure("nothing answers on port \(port)") }
    }

    private static func send(_ descriptor: Int32, _ text: String) throws(Failure) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw failure("the request could not be sent") }
            rest = rest.dropFirst(count)
        }
    }

    /// Everything until the worker closes; at most 1 MiB.
    private static func receive(_ descriptor: Int32) throws(Failure) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8_192)
        while content.count < 1_048_576 {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count == 0 { break }
            guard count > 0 else { throw failure("no answer in time") }
            content.append(contentsOf: chunk[..<count])
        }
        return content
    }

    /// The status of `HTTP/1.1 503 Service Unavailable`, and what follows the blank line.
    static func parse(_ text: String) -> Answer? {
        guard text.hasPrefix("HTTP/1.") else { return nil }
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard let words = lines.first?.split(separator: " "), words.count >= 2, let status = Int(words[1]) else {
            return nil
        }
        let body = lines.drop { !$0.isEmpty }.dropFirst().joined(separator: "\n")
        return Answer(status: status, body: body)
    }

    private static func failure(_ what: String) -> Failure {
        Failure(description: "\(what) (\(String(cString: strerror(errno))))")
    }
}
