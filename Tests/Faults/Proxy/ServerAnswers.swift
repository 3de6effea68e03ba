import Glibc

/// The few answers of a PostgreSQL server that tell whether trouble has happened.
enum ServerAnswers {
    /// CommandComplete with its length and the word.
    private static let committed = [UInt8(ascii: "C"), 0, 0, 0, 11] + Array("COMMIT\0".utf8)
    /// SQLSTATE of too many connections, as an ErrorResponse has it.
    private static let tooMany = Array("C53300\0".utf8)

    /// Whether the first answer on a connection refuses it because there are too many.
    static func isRefusal(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.first == UInt8(ascii: "E") && bytes.firstRange(of: tooMany) != nil
    }

    /// The process that serves a connection, once its first answers have told it.
    static func backend(in answers: [UInt8]) -> Int32? {
        var rest = answers[...]
        while rest.count >= 5 {
            let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
            // BackendKeyData: the process and a secret.
            if rest.first == UInt8(ascii: "K"), rest.count >= 9 {
                return rest.dropFirst(5).prefix(4).reduce(0) { $0 << 8 | Int32($1) }
            }
            rest = rest.dropFirst(1 + max(4, length))
        }
        return nil
    }

    /// Reads until the server says COMMIT (true) or ends the connection without it (false); nil when the time is over.
    static func isCommitted(on server: Int32, within limit: Duration) -> Bool? {
        var answers: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            guard Sockets.readable(server, server, within: 100).0 else { continue }
            let count = read(server, &buffer, buffer.count)
            if count <= 0 { return false }
            answers += buffer[..<count]
            if answers.firstRange(of: committed) != nil { return true }
        }
        return nil
    }
}
