import Contracts
import Domain

/// What a decision stores so that its explanation can be rebuilt from the register's version: finalists as
/// `[cadre, level, open, capacity]` and the cadres passed over at capacity. Typically under 200 bytes.
public struct Grounds: Sendable, Hashable {
    /// Empty when the decision was to wait.
    public var finalists: [Finalist]
    public var atCapacity: [Cadre.ID]
    /// How many more were at capacity than ``atCapacity`` names.
    public var atCapacityLeftOut: Int

    public init(_ assignment: RoutedAssignment) {
        finalists = assignment.finalists
        atCapacity = assignment.atCapacity
        atCapacityLeftOut = assignment.atCapacityLeftOut
    }

    public init(_ wait: RoutedWait) {
        finalists = []
        atCapacity = wait.atCapacity
        atCapacityLeftOut = wait.atCapacityLeftOut
    }

    /// `{"f":[[17,3,2,10]],"c":[19]}`; with `,"m":4` before the end when four more were at capacity.
    public var json: [UInt8] {
        var text = "{\"f\":["
        for (index, finalist) in finalists.enumerated() {
            text += "\(index > 0 ? "," : "")[\(finalist.cadre),\(finalist.level),\(finalist.open),\(finalist.capacity)]"
        }
        text += Self.middle
        for (index, cadre) in atCapacity.enumerated() { text += "\(index > 0 ? "," : "")\(cadre)" }
        text += atCapacityLeftOut > 0 ? "],\"m\":\(atCapacityLeftOut)}" : "]}"
        return Array(text.utf8)
    }

    private static let middle = "],\"c\":["

    /// Nil unless the text was written by ``json``.
    public init?(json: String) {
        guard json.hasPrefix("{\"f\":["), json.hasSuffix("}"), let split = json.firstRange(of: Self.middle),
            let end = json[split.upperBound...].firstIndex(of: "]")
        else { return nil }
        finalists = []
        for part in json[..<split.lowerBound].dropFirst(6).split(separator: "]") {
            let numbers = part.drop { $0 == "," || $0 == "[" }.split(separator: ",").compactMap { Int32($0) }
            guard numbers.count == 4 else { return nil }
            finalists.append(
                Finalist(
                    cadre: Cadre.ID(numbers[0]), level: Int16(truncatingIfNeeded: numbers[1]), open: numbers[2],
                    capacity: numbers[3]))
        }
        let cadres = json[split.upperBound..<end].split(separator: ",")
        atCapacity = cadres.compactMap { Int32($0) }.map { Cadre.ID($0) }
        let more = json[end...].dropFirst().dropLast()
        let leftOut = more.isEmpty ? 0 : more.hasPrefix(",\"m\":") ? Int(more.dropFirst(5)) : nil
        guard atCapacity.count == cadres.count, let leftOut else { return nil }
        atCapacityLeftOut = leftOut
    }
}
