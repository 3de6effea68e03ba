/// Walks a JSON document that a machine wrote; enough for librdkafka's statistics, no validator.
///
/// On a document it does not understand it stops at the end: fields stay absent, nothing traps.
struct JSONScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Calls `member` for each member of the object here; it must read or skip the value.
    mutating func object(_ member: (inout JSONScanner, String) -> Void) {
        guard next() == UInt8(ascii: "{") else { return skip() }
        position += 1
        while let byte = next(), byte != UInt8(ascii: "}") {
            if byte == UInt8(ascii: ",") { position += 1; continue }
            guard byte == UInt8(ascii: "\"") else { position = bytes.count; return }
            let name = string()
            guard next() == UInt8(ascii: ":") else { position = bytes.count; return }
            position += 1
            member(&self, name)
        }
        position = min(position + 1, bytes.count)
    }

    /// The whole number here; nil, and the value skipped, when it is something else.
    mutating func integer() -> Int64? {
        guard let first = next(), first == UInt8(ascii: "-") || isDigit(first) else { skip(); return nil }
        let start = position
        position += 1
        while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
        return Int64(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    /// Passes over the value here, whatever it is.
    mutating func skip() {
        var depth = 0
        repeat {
            guard let byte = next() else { return }
            switch byte {
            case UInt8(ascii: "\""): _ = string()
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1; position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1; position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"): position += 1
            default:
                position += 1
                while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
            }
        } while depth > 0
    }

    private mutating func string() -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(position, bytes.count)
        position = min(position + 1, bytes.count)
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// The next byte that is not white space.
    private mutating func next() -> UInt8? {
        while position < bytes.count, bytes[position] <= UInt8(ascii: " ") { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || byte <= UInt8(ascii: " ")
    }
}
