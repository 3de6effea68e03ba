/// Reads JSON (RFC 8259) in a single pass over bytes that somebody else holds; makes nothing that is not asked for.
struct JSONScanner {
    /// A string between its quotes, as written.
    struct Text {
        var range: Range<Int>
        var isEscaped: Bool
        var isASCII: Bool
    }

    /// A value, checked; its content is read when it is wanted.
    enum Token {
        case null
        case bool(Bool)
        case number(Range<Int>)
        case string(Text)
        case nested(Range<Int>)
    }

    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var at = 0

    /// Reads one object that is the whole text, and hands out its members in order; a name may come again.
    static func members(
        of bytes: ArraySlice<UInt8>,
        _ member: (JSONScanner, Text, Token) throws(JSONProblem) -> Void
    ) throws(JSONProblem) {
        let result = bytes.withUnsafeBufferPointer { bytes -> Result<Void, JSONProblem> in
            var scanner = JSONScanner(bytes: bytes)
            do throws(JSONProblem) {
                try scanner.object(depth: 0, member)
                try scanner.end()
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Reads an array of two-string arrays.
    static func pairs(_ bytes: [UInt8]) throws(JSONProblem) -> [(String, String)] {
        let result = bytes.withUnsafeBufferPointer { bytes -> Result<[(String, String)], JSONProblem> in
            var scanner = JSONScanner(bytes: bytes)
            do throws(JSONProblem) { return .success(try scanner.pairs()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Reads an array of texts and numbers, the digits as written; nil when it holds anything else.
    static func texts(_ bytes: [UInt8]) throws(JSONProblem) -> [String]? {
        let result = bytes.withUnsafeBufferPointer { bytes -> Result<[String]?, JSONProblem> in
            var scanner = JSONScanner(bytes: bytes)
            do throws(JSONProblem) { return .success(try scanner.texts()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private mutating func texts() throws(JSONProblem) -> [String]? {
        var texts: [String]? = []
        try take(UInt8(ascii: "["))
        if !next(is: UInt8(ascii: "]")) {
            repeat {
                switch try token(depth: 1) {
                case .string(let text): texts?.append(try self.text(text))
                case .number(let range): texts?.append(String(decoding: slice(range), as: UTF8.self))
                default: texts = nil
                }
            } while next(is: UInt8(ascii: ","))
            try take(UInt8(ascii: "]"))
        }
        try end()
        return texts
    }

    private mutating func pairs() throws(JSONProblem) -> [(String, String)] {
        var pairs: [(String, String)] = []
        try take(UInt8(ascii: "["))
        if !next(is: UInt8(ascii: "]")) {
            repeat {
                try take(UInt8(ascii: "["))
                space()
                let first = try text(string())
                try take(UInt8(ascii: ","))
                space()
                pairs.append((first, try text(string())))
                try take(UInt8(ascii: "]"))
            } while next(is: UInt8(ascii: ","))
            try take(UInt8(ascii: "]"))
        }
        try end()
        return pairs
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    // MARK: what a token holds

    func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[range])
    }

    /// Whether the text is exactly this word, which has no character that JSON escapes.
    func isWord(_ text: Text, _ word: StaticString) -> Bool {
        if text.isEscaped { return (try? self.text(text)) == word.description }
        return slice(text.range).elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// Which of the words the text is, looked for from a place on and around: members mostly come in their usual order, so
    /// that the next name is nearly always the next word.
    func index(of text: Text, among words: [StaticString], from place: Int) -> Int? {
        let step = words.indices.first { isWord(text, words[(place + $0) % words.count]) }
        return step.map { (place + $0) % words.count }
    }

    func text(_ text: Text) throws(JSONProblem) -> String {
        if text.isEscaped { return try unescaped(text) }
        if text.isASCII { return String(decoding: slice(text.range), as: UTF8.self) }
        guard let valid = String(validating: slice(text.range), as: UTF8.self) else {
            throw JSONProblem(offset: text.range.lowerBound, expected: "UTF-8")
        }
        return valid
    }

    func value(_ token: Token) throws(JSONProblem) -> JSONObject.Value {
        switch token {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let range): .number(String(decoding: slice(range), as: UTF8.self))
        case .string(let text): .string(try self.text(text))
        case .nested(let range): .nested(Array(slice(range)))
        }
    }

    /// A whole number; nil when it is not one, or needs more than 64 bits.
    func integer(_ token: Token) -> Int64? {
        guard case .number(let range) = token else { return nil }
        var at = range.lowerBound
        let isNegative = bytes[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        var value: Int64 = 0
        while at < range.upperBound {
            let digit = bytes[at] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (scaled, overflows) = value.multipliedReportingOverflow(by: 10)
            // Counted downwards: the least number has no positive twin.
            let (next, overflowsToo) = scaled.subtractingReportingOverflow(Int64(digit))
            guard !overflows, !overflowsToo else { return nil }
            value = next
            at += 1
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    // MARK: syntax

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

    private mutating func take(_ byte: UInt8) throws(JSONProblem) {
        space()
        guard at < bytes.count, bytes[at] == byte else { throw problem("'\(Character(Unicode.Scalar(byte)))'") }
        at += 1
    }

    private mutating func next(is byte: UInt8) -> Bool {
        space()
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    private mutating func end() throws(JSONProblem) {
        space()
        guard at == bytes.count else { throw problem("the end of the text") }
    }

    private mutating func object(
        depth: Int, _ member: (JSONScanner, Text, Token) throws(JSONProblem) -> Void
    ) throws(JSONProblem) {
        try take(UInt8(ascii: "{"))
        if next(is: UInt8(ascii: "}")) { return }
        repeat {
            space()
            let name = try string()
            try take(UInt8(ascii: ":"))
            try member(self, name, token(depth: depth + 1))
        } while next(is: UInt8(ascii: ","))
        try take(UInt8(ascii: "}"))
    }

    private mutating func token(depth: Int) throws(JSONProblem) -> Token {
        space()
        guard at < bytes.count else { throw problem("a value") }
        guard depth <= 16 else { throw problem("at most 16 levels of nesting") }
        let start = at
        switch bytes[at] {
        case UInt8(ascii: "\""):
            return .string(try string())
        case UInt8(ascii: "{"):
            try object(depth: depth) { _, _, _ in }
            return .nested(start..<at)
        case UInt8(ascii: "["):
            at += 1
            if next(is: UInt8(ascii: "]")) { return .nested(start..<at) }
            repeat { _ = try token(depth: depth + 1) } while next(is: UInt8(ascii: ","))
            try take(UInt8(ascii: "]"))
            return .nested(start..<at)
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
            try number()
            return .number(start..<at)
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONProblem) {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard at + expected.count <= bytes.count, slice(at..<at + expected.count).elementsEqual(expected) else {
            throw problem("a value")
        }
        at += expected.count
    }

    private mutating func digits() throws(JSONProblem) {
        let start = at
        while at < bytes.count, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
        guard at > start else { throw problem("a digit") }
    }

    private mutating func number() throws(JSONProblem) {
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
    }

    /// Passes over a string and checks it: escapes, control characters, encoding.
    private mutating func string() throws(JSONProblem) -> Text {
        guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw problem("a string") }
        at += 1
        var text = Text(range: at..<at, isEscaped: false, isASCII: true)
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                text.range = start..<at
                at += 1
                if text.isEscaped || !text.isASCII { try check(text) }
                return text
            case UInt8(ascii: "\\"):
                text.isEscaped = true
                at += 2
            case 0..<0x20:
                throw problem("no control character in a string")
            default:
                if byte >= 0x80 { text.isASCII = false }
                at += 1
            }
        }
        at = bytes.count
        throw problem("the end of the string")
    }

    private func check(_ text: Text) throws(JSONProblem) {
        if text.isEscaped {
            _ = try unescaped(text)
        } else if !text.isASCII, !slice(text.range).isUTF8 {
            throw JSONProblem(offset: text.range.lowerBound, expected: "UTF-8")
        }
    }

    private func unescaped(_ written: Text) throws(JSONProblem) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(written.range.count)
        var reader = EscapeReader(bytes: bytes, at: written.range.lowerBound, end: written.range.upperBound)
        while reader.at < reader.end {
            let byte = bytes[reader.at]
            reader.at += 1
            if byte == UInt8(ascii: "\\") { try reader.escape(into: &text) } else { text.append(byte) }
        }
        guard let valid = String(validating: text, as: UTF8.self) else {
            throw JSONProblem(offset: written.range.lowerBound, expected: "UTF-8")
        }
        return valid
    }
}

/// Reads what follows a backslash.
private struct EscapeReader {
    let bytes: UnsafeBufferPointer<UInt8>
    var at: Int
    let end: Int

    private func problem(_ expected: String) -> JSONProblem {
        JSONProblem(offset: at, expected: expected)
    }

    mutating func escape(into text: inout [UInt8]) throws(JSONProblem) {
        guard at < end else { throw problem("an escape") }
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
                guard at + 1 < end, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
                    throw problem("the second half of a surrogate pair")
                }
                at += 2
                let low = try hex()
                guard low & 0xFC00 == 0xDC00 else { throw problem("the second half of a surrogate pair") }
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { throw problem("a character") }
            text.append(contentsOf: UTF8.encode(scalar)!)
        default:
            at -= 1
            throw problem("an escape")
        }
    }

    private mutating func hex() throws(JSONProblem) -> UInt32 {
        guard at + 4 <= end else { throw problem("four hexadecimal digits") }
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

extension UnsafeBufferPointer<UInt8> {
    /// Well-formed by the Unicode standard's table 3-7.
    fileprivate var isUTF8: Bool {
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = makeIterator()
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid: continue
            case .emptyInput: return true
            case .error: return false
            }
        }
    }
}
