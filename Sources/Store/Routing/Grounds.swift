import Contracts
import Domain

/// What a decision stores so that its explanation can be rebuilt from the register's version: finalists as
/// `[cadre, level, open, capacity]` and the cadres passed over at capacity. Typically under 200 bytes.
public struct Grounds: Sendable {
    public var finalists: [Finalist]
    public var atCapacity: [Cadre.ID]

    public init(_ assignment: RoutedAssignment) {
        finalists = assignment.finalists
        atCapacity = assignment.atCapacity
    }

    /// `{"f":[[17,3,2,10]],"c":[19]}`
    public var json: [UInt8] {
        var text = "{\"f\":["
        for (index, finalist) in finalists.enumerated() {
            text += "\(index > 0 ? "," : "")[\(finalist.cadre),\(finalist.level),\(finalist.open),\(finalist.capacity)]"
        }
        text += "],\"c\":["
        for (index, cadre) in atCapacity.enumerated() { text += "\(index > 0 ? "," : "")\(cadre)" }
        text += "]}"
        return Array(text.utf8)
    }

    /// Nil unless the text was written by ``json``.
    public init?(json: String) {
        finalists = []
        atCapacity = []
        guard json.hasPrefix("{\"f\":["), json.hasSuffix("]}") else { return nil }
        let body = json.dropFirst(6).dropLast(2)
        let middle = "],\"c\":["
        var split: String.Index?
        var at = body.startIndex
        while at < body.endIndex {
            if body[at...].hasPrefix(middle) {
                split = at
                break
            }
            at = body.index(after: at)
        }
        guard let split else { return nil }
        for part in body[..<split].split(separator: "]") {
            let numbers = part.drop { $0 == "," || $0 == "[" }.split(separator: ",").compactMap { Int32($0) }
            guard numbers.count == 4 else { return nil }
            finalists.append(
                Finalist(
                    cadre: Cadre.ID(numbers[0]), level: Int16(truncatingIfNeeded: numbers[1]), open: numbers[2],
                    capacity: numbers[3]))
        }
        atCapacity = body[body.index(split, offsetBy: middle.count)...].split(separator: ",")
            .compactMap { Int32($0) }.map { Cadre.ID($0) }
    }
}
