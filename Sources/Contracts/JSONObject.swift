/// What is wrong with a piece of JSON, and where.
public struct JSONProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public let offset: Int
    public let expected: String

    public var description: String { "at byte \(offset): expected \(expected)" }
}

/// One JSON object (RFC 8259) read in a single pass: member names with their values as slices of the input.
///
/// Values that are objects or arrays are checked and kept as their bytes. A repeated name keeps the last value.
/// Depth is limited to 16 and invalid UTF-8 is refused, so that hostile input costs no more than its length.
public struct JSONObject: Sendable {
    public enum Value: Sendable, Hashable {
        case null
        case bool(Bool)
        /// The digits as written.
        case number(String)
        case string(String)
        /// An array or object, as its bytes.
        case nested([UInt8])
    }

    public private(set) var members: [String: Value] = [:]

    public init(_ bytes: [UInt8]) throws(JSONProblem) {
        var scanner = JSONScanner(bytes: bytes)
        try scanner.object { name, value in members[name] = value }
        try scanner.end()
    }

    public subscript(name: String) -> Value? {
        members[name]
    }

    /// The string, or nil when the member is absent, null, or empty.
    public func string(_ name: String) -> String? {
        guard case .string(let text)? = members[name], !text.isEmpty else { return nil }
        return text
    }

    public func integer(_ name: String) -> Int64? {
        guard case .number(let text)? = members[name] else { return nil }
        return Int64(text)
    }

    public func bool(_ name: String) -> Bool? {
        guard case .bool(let value)? = members[name] else { return nil }
        return value
    }
}

struct JSONScanner {
    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func problem(_ expected: String) -> JSONProblem {
        JSONProblem(offset: at, expected: expected)
    }

    private mutating func space() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    private mutating func take(_ character: Character) throws(JSONProblem) {
        space()
        guard at < bytes.count, bytes[at] == character.asciiValue else { throw problem("'\(character)'") }
        at += 1
    }

    private mutating func next(is character: Character) -> Bool {
        space()
        guard at < bytes.count, bytes[at] == character.asciiValue else { return false }
        at += 1
        return true
    }

    mutating func end() throws(JSONProblem) {
        space()
        guard at == bytes.count else { throw problem("the end of the text") }
    }

    /// Reads an array of two-string arrays.
    static func pairs(_ bytes: [UInt8]) throws(JSONProblem) -> [(String, String)] {
        var scanner = JSONScanner(bytes: bytes)
        var pairs: [(String, String)] = []
        try scanner.take("[")
        if !scanner.next(is: "]") {
            repeat {
                try scanner.take("[")
                scanner.space()
                let first = try scanner.string()
                try scanner.take(",")
                scanner.space()
                pairs.append((first, try scanner.string()))
                try scanner.take("]")
            } while scanner.next(is: ",")
            try scanner.take("]")
        }
        try scanner.end()
        return pairs
    }

    mutating func object(depth: Int = 0, _ member: (String, JSONObject.Value) -> Void) throws(JSONProblem) {
        try take("{")
        if next(is: "}") { return }
        repeat {
            space()
            let name = try string()
            try take(":")
            member(name, try value(depth: depth + 1))
        } while next(is: ",")
        try take("}")
    }

    private mutating func value(depth: Int) throws(JSONProblem) -> JSONObject.Value {
        space()
        guard at < bytes.count else { throw problem("a value") }
        guard depth <= 16 else { throw problem("at most 16 levels of nesting") }
        let start = at
        switch bytes[at] {
        case UInt8(ascii: "\""):
            return .string(try string())
        case UInt8(ascii: "{"):
            try object(depth: depth) { _, _ in }
            return .nested(Array(bytes[start..<at]))
        case UInt8(ascii: "["):
            at += 1
            if next(is: "]") { return .nested(Array(bytes[start..<at])) }
            repeat { _ = try value(depth: depth + 1) } while next(is: ",")
            try take("]")
            return .nested(Array(bytes[start..<at]))
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default:
            return .number(try number())
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONProblem) {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[at...].starts(with: expected) else { throw problem("a value") }
        at += expected.count
    }

    private mutating func digits() throws(JSONProblem) {
        let start = at
        while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
        guard at > start else { throw problem("a digit") }
    }

    private mutating func number() throws(JSONProblem) -> String {
        let start = at
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        let first = at
        try digits()
        if bytes[first] == UInt8(ascii: "0"), at > first + 1 {
            at = first
            throw problem("a number without leading zeros")
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private mutating func string() throws(JSONProblem) -> String {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw problem("a string") }
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 {
            at += 1
        }
        guard at < bytes.count else { throw problem("the end of the string") }
        if bytes[at] == UInt8(ascii: "\"") {
            guard let text = String(validating: bytes[start..<at], as: UTF8.self) else {
                throw JSONProblem(offset: start, expected: "UTF-8")
            }
            at += 1
            return text
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(JSONProblem) -> String {
        var text = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else {
                    throw JSONProblem(offset: start, expected: "UTF-8")
                }
                return valid
            case UInt8(ascii: "\\"):
                try escape(into: &text)
            case 0..<0x20:
                at -= 1
                throw problem("no control character in a string")
            default:
                text.append(byte)
            }
        }
        throw problem("the end of the string")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONProblem) {
        guard at < bytes.count else { throw problem("an escape") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hex()
            if code & 0xFC00 == 0xD800 {
                guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
                    throw problem("the second half of a surrogate pair")
                }
                at += 2
                let low = try hex()
                guard low & 0xFC00 == 0xDC00 else { throw problem("the second half of a surrogate pair") }
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { throw problem("a character") }
            text.append(contentsOf: Array(String(Character(scalar)).utf8))
        default:
            at -= 1
            throw problem("an escape")
        }
    }

    private mutating func hex() throws(JSONProblem) -> UInt32 {
        guard at + 4 <= bytes.count else { throw problem("four hexadecimal digits") }
        var code: UInt32 = 0
        for byte in bytes[at..<at + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw problem("four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
        }
        at += 4
        return code
    }
}
