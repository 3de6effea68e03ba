import Domain

extension Measure {
    /// Its column in the figures' tables.
    var column: String { word }

    static let columns = all.map(\.column).joined(separator: ", ")
}
