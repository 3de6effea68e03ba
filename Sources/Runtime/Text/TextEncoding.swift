/// How a file's characters are written as bytes.
///
/// Nothing is guessed: two bytes can be a character of one encoding and another character of the other.
public enum TextEncoding: String, Sendable, CaseIterable {
    /// With or without byte order mark.
    case utf8 = "utf-8"
    /// China's national standard: GB 2312 and GBK with the rest of Unicode. Excel in Chinese saves CSV files so.
    case gb18030

    /// As people write it.
    public var name: String { rawValue.uppercased() }

    /// The same text in UTF-8, whole: bytes that are no text of this encoding are not passed over.
    ///
    /// A byte order mark stays where it is.
    /// - Throws: ``NotInEncoding`` for the first bytes that are no character, ``MissingConverter``.
    public func utf8(of bytes: [UInt8]) throws -> [UInt8] {
        switch self {
        case .utf8:
            do { _ = try UTF8Span(validating: bytes.span) } catch {
                let offset = error.byteOffsets.lowerBound
                throw NotInEncoding(self, bytes, at: offset, after: bytes[..<offset])
            }
            return bytes
        case .gb18030:
            // It would be read as 锘 and half of another character.
            if bytes.starts(with: ByteOrderMark.utf8) { throw NotInEncoding(self, bytes, at: 0, after: []) }
            let converted = try UTF8Converter(from: name).convert(bytes)
            guard converted.readCount == bytes.count else {
                throw NotInEncoding(self, bytes, at: converted.readCount, after: converted.text[...])
            }
            return converted.text
        }
    }
}

private enum ByteOrderMark {
    static let utf8: [UInt8] = [0xEF, 0xBB, 0xBF]
}

/// The first bytes of a file that are no character of the encoding it was said to be in.
public struct NotInEncoding: Error, Sendable, Hashable {
    public let encoding: TextEncoding
    /// How many bytes stand before them.
    public let offset: Int
    /// Counted from 1. Lines end in LF, CRLF or CR.
    public let line: Int
    /// Counted from 1, in characters.
    public let column: Int
    /// No more of them than a character may have.
    public let found: [UInt8]

    /// - Parameter text: what stands before them, in UTF-8.
    init(_ encoding: TextEncoding, _ bytes: [UInt8], at offset: Int, after text: ArraySlice<UInt8>) {
        self.encoding = encoding
        self.offset = offset
        found = Array(bytes[offset...].prefix(4))
        var line = 1
        var column = 1
        var last: UInt8 = 0
        for byte in text.starts(with: ByteOrderMark.utf8) ? text.dropFirst(3) : text {
            switch byte {
            case 0x0A where last == 0x0D: break
            case 0x0A, 0x0D: (line, column) = (line + 1, 1)
            default: column += byte & 0xC0 == 0x80 ? 0 : 1
            }
            last = byte
        }
        self.line = line
        self.column = column
    }
}

extension NotInEncoding: CustomStringConvertible {
    public var description: String { "line \(line), column \(column): expected \(expected), found \(foundInHexadecimal)" }

    /// What should have stood there, and what may be the matter.
    public var expected: String {
        let remedy =
            switch encoding {
            case .utf8: "if the file is GB18030 (Excel's Chinese export), say --encoding gb18030"
            case .gb18030: "if the file is UTF-8, leave --encoding out"
            }
        return "text in \(encoding.name) at byte offset \(offset); \(remedy)"
    }

    /// `B2 E8`
    public var foundInHexadecimal: String {
        found.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
    }
}
