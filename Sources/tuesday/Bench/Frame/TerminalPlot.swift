import Foundation

/// Values in order as columns of blocks, for a terminal.
///
/// ```
/// applied a second
/// 31200 ┤  ▂▆█▇
///       ┤ ▅████▆
///     0 ┤▂██████▃
///        0.0 to 4.1 s
/// ```
struct TerminalPlot: Sendable {
    let title: String
    let values: [Double]
    /// What the columns run over.
    var axis = ""
    var height = 6
    var maximumWidth = 72

    private static let blocks: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    var text: String {
        let columns = Self.columns(values, maximumWidth)
        let top = columns.max() ?? 0
        guard top > 0 else { return "\(title): nothing" }
        let label = String(format: top < 10 ? "%.2f" : "%.0f", top)
        var lines = [title]
        for row in (0..<height).reversed() {
            let name = row == height - 1 ? label : row == 0 ? "0" : ""
            let padding = String(repeating: " ", count: label.count - name.count)
            lines.append("\(padding)\(name) ┤" + String(columns.map { Self.block($0 / top, row, height) }))
        }
        if !axis.isEmpty { lines.append(String(repeating: " ", count: label.count + 2) + axis) }
        return lines.joined(separator: "\n")
    }

    /// Which part of a cell in `row`, counted from below, a column of this share of the height fills.
    private static func block(_ share: Double, _ row: Int, _ height: Int) -> Character {
        let eighths = Int((share * Double(height * 8)).rounded()) - row * 8
        return blocks[min(8, max(0, eighths))]
    }

    /// At most `limit` columns, each the mean of its part of the values.
    static func columns(_ values: [Double], _ limit: Int) -> [Double] {
        guard values.count > limit else { return values }
        return (0..<limit).map { column in
            let part = values[(column * values.count / limit)..<((column + 1) * values.count / limit)]
            return part.reduce(0, +) / Double(part.count)
        }
    }
}
