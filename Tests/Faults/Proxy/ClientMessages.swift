/// Cuts what a PostgreSQL client sends into messages, and knows a COMMIT when it sees one.
struct ClientMessages {
    /// The beginning of a message that is not whole yet.
    var unfinished: [UInt8] { buffer }

    private var buffer: [UInt8] = []
    private var hasStarted = false

    struct Message {
        var bytes: ArraySlice<UInt8>
        var isCommit: Bool
        /// It makes the server run a statement.
        var isStatement: Bool
    }

    /// The messages that are whole now, in order.
    mutating func append(_ bytes: ArraySlice<UInt8>) -> [Message] {
        buffer += bytes
        var messages: [Message] = []
        var at = 0
        while true {
            // The first messages of a connection have no letter, only a length.
            let head = hasStarted ? 1 : 0
            guard buffer.count - at >= head + 4 else { break }
            let length = (0..<4).reduce(0) { $0 << 8 | Int(buffer[at + head + $1]) } + head
            guard length >= 4, buffer.count - at >= length else { break }
            let message = buffer[at..<at + length]
            messages.append(
                Message(
                    bytes: message, isCommit: hasStarted && Self.isCommit(message),
                    isStatement: hasStarted && Self.statements.contains(message[at])))
            if !hasStarted {
                let code = message.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | Int($1) }
                // Questions about encryption, and cancel requests, come before the start proper or instead of it.
                hasStarted = code >> 16 == 3
            }
            at += length
        }
        buffer.removeFirst(at)
        return messages
    }

    /// Parse of the text, Bind of the statement that `PostgresClient` prepared from it, or the text as a query.
    private static func isCommit(_ message: ArraySlice<UInt8>) -> Bool {
        let body = message.dropFirst(5)
        switch message.first {
        case UInt8(ascii: "P"):
            guard let end = body.firstIndex(of: 0) else { return false }
            return body[(end + 1)...].starts(with: text)
        case UInt8(ascii: "B"):
            guard let end = body.firstIndex(of: 0) else { return false }
            return body[(end + 1)...].prefix { $0 != 0 }.reversed().starts(with: suffix.reversed())
        case UInt8(ascii: "Q"): return body.starts(with: text)
        default: return false
        }
    }

    /// Execute and Query.
    private static let statements = Array("EQ".utf8)
    private static let text = Array("commit\0".utf8)
    /// Prepared statements end in their text's FNV-1a.
    private static let suffix = Array(
        ("_"
            + String(
                "commit".utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)).utf8)
}
