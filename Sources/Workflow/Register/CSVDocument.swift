/// A CSV file (RFC 4180) as cells that know where they stand.
///
/// UTF-8 with or without byte order mark; lines end in LF, CRLF or CR; a quoted cell may span lines and doubles its
/// quotes. Lines without any character are skipped. Spaces around an unquoted cell are not part of it.
public struct CSVDocument: Sendable, Hashable {
    /// One cell's text and the place of its first character, both counted from 1, columns in characters.
    public struct Cell: Sendable, Hashable {
        public let text: String
        public let line: Int
        public let column: Int

        public init(text: String, line: Int, column: Int) {
            self.text = text
            self.line = line
            self.column = column
        }
    }

    public let file: String
    /// Never holds an empty record.
    public let records: [[Cell]]

    /// Reads a file's bytes. `problems` takes every malformed cell; such a cell is empty in ``records``.
    public init(file: String, bytes: [UInt8], problems: inout [ImportProblem]) {
        var scanner = CSVScanner(file: file, bytes: bytes)
        self.file = file
        records = scanner.records()
        problems += scanner.problems
    }
}

/// Walks over the bytes once.
private struct CSVScanner {
    let file: String
    let bytes: [UInt8]
    var position: Int
    var line = 1
    var column = 1
    var problems: [ImportProblem] = []

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func records() -> [[CSVDocument.Cell]] {
        var records: [[CSVDocument.Cell]] = []
        while position < bytes.count {
            if skipLineEnd() { continue }
            var record = [cell()]
            while position < bytes.count, bytes[position] == UInt8(ascii: ",") {
                advance()
                record.append(cell())
            }
            _ = skipLineEnd()
            records.append(record)
        }
        return records
    }

    private mutating func cell() -> CSVDocument.Cell {
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { advance() }
        let line = self.line
        let column = self.column
        let isQuoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
        var content = isQuoted ? quoted(line, column) : []
        let rest = unquoted()
        if isQuoted {
            if rest.contains(where: { $0 != UInt8(ascii: " ") }) {
                report(line, column, "a comma or the line's end after the closing quote", rest)
            }
        } else {
            if rest.contains(UInt8(ascii: "\"")) {
                report(line, column, "the whole cell in quotes, and quotes inside it doubled", rest)
            }
            content = rest
            while content.last == UInt8(ascii: " ") { content.removeLast() }
        }
        guard let text = String(validating: content, as: UTF8.self), !content.contains(0) else {
            report(line, column, "text in UTF-8", content)
            return CSVDocument.Cell(text: "", line: line, column: column)
        }
        return CSVDocument.Cell(text: text, line: line, column: column)
    }

    private mutating func quoted(_ line: Int, _ column: Int) -> [UInt8] {
        advance()
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                advance()
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return content }
            }
            content.append(byte)
            advance()
        }
        report(line, column, "a closing quote before the end of the file", content)
        return content
    }

    private mutating func unquoted() -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ","), !isLineEnd(bytes[position]) { advance() }
        return Array(bytes[start..<position])
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private mutating func skipLineEnd() -> Bool {
        guard position < bytes.count, isLineEnd(bytes[position]) else { return false }
        if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { advance() }
        advance()
        return true
    }

    /// One byte on. A CR before an LF is not the line's end, the LF is; continuation bytes are no column.
    private mutating func advance() {
        let byte = bytes[position]
        position += 1
        let isFollowedByLineFeed = position < bytes.count && bytes[position] == 0x0A
        if byte == 0x0A || (byte == 0x0D && !isFollowedByLineFeed) {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
    }

    private mutating func report(_ line: Int, _ column: Int, _ expected: String, _ found: [UInt8]) {
        problems.append(
            ImportProblem(
                file: file, line: line, column: column, field: nil, expected: expected,
                found: String(decoding: found.prefix(40), as: UTF8.self)))
    }
}
