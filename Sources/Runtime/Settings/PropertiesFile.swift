/// Reads `name = value` lines: blank lines and lines that begin with `#` or `!` are skipped, blanks around name and
/// value are dropped, and the first `=` separates them. Nothing is escaped: a value is taken as it stands.
struct PropertiesFile {
    struct Line: Equatable {
        let number: Int
        let name: String
        let value: String
    }

    let lines: [Line]
    /// Numbers of lines that are neither blank, comment nor `name = value`.
    let malformed: [Int]

    init(_ text: String) {
        var lines: [Line] = []
        var malformed: [Int] = []
        let rows = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, row) in rows.enumerated() {
            let content = row.trimmed
            guard let first = content.first, first != "#", first != "!" else { continue }
            guard let equals = content.firstIndex(of: "=") else {
                malformed.append(index + 1)
                continue
            }
            let name = content[..<equals].trimmed
            guard !name.isEmpty else {
                malformed.append(index + 1)
                continue
            }
            let value = content[content.index(after: equals)...].trimmed
            lines.append(Line(number: index + 1, name: String(name), value: String(value)))
        }
        self.lines = lines
        self.malformed = malformed
    }
}

extension StringProtocol {
    /// Without the white space and line ends around it.
    var trimmed: SubSequence {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return self[endIndex...] }
        return self[start...end]
    }
}
