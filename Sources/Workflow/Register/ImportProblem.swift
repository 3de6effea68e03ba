/// One thing wrong with an imported file: where, what was expected there and what was found.
public struct ImportProblem: Error, Sendable, Hashable, Codable {
    public let file: String
    /// Counted from 1; the line the cell begins on.
    public let line: Int
    /// Counted from 1, in characters.
    public let column: Int
    /// The column's heading; nil when the file cannot be told apart into columns there.
    public let field: String?
    public let expected: String
    public let found: String

    public init(file: String, line: Int, column: Int, field: String?, expected: String, found: String) {
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.expected = expected
        self.found = found
    }
}

extension ImportProblem: CustomStringConvertible {
    /// `villages.csv:12:5: population: expected a whole number from 0 to 10000000, found "many"`
    public var description: String {
        "\(file):\(line):\(column): \(field.map { $0 + ": " } ?? "")expected \(expected), found "
            + (found.isEmpty ? "nothing" : "\"\(found)\"")
    }
}

/// A file was refused as a whole; nothing of it was taken. Holds every problem, in the order of the file.
public struct ImportRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public let problems: [ImportProblem]

    public init(_ problems: [ImportProblem]) {
        self.problems = problems.sorted { ($0.file, $0.line, $0.column) < ($1.file, $1.line, $1.column) }
    }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
