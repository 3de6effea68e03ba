import Foundation

/// Rows in columns, for people; the first line names the columns.
struct TextTable {
    let headings: [String]
    let rows: [[String]]

    init(_ headings: [String], _ rows: [[String]]) {
        self.headings = headings
        self.rows = rows
    }

    var text: String {
        let all = [headings] + rows
        let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = zip(row, widths).map { cell, width -> String in
                let padding = String(repeating: " ", count: width - cell.count)
                return Int(cell) == nil ? cell + padding : padding + cell
            }
            return cells.joined(separator: "  ") + "\n"
        }
        .joined()
    }

    func print() {
        Swift.print(text, terminator: "")
    }

    /// One JSON value, keys in order, on one line.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase  // as in HTTP and SQL
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
