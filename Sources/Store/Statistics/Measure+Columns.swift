import Domain

extension Measure {
    /// Its column in the figures' tables.
    var column: String { word }

    static func columns(_ measures: [Measure]) -> String { measures.map(\.column).joined(separator: ", ") }

    /// What counts a request that comes in and is given to somebody.
    static let ofArrivals = all.filter {
        ["received", "assigned", "seconds_to_assign", "waiting_routing"].contains($0.word)
    }
}

extension Figures {
    /// Nothing but ``Measure/ofArrivals`` is counted.
    var isOfArrivals: Bool {
        var rest = self
        for measure in Measure.ofArrivals { rest[keyPath: measure.path] = 0 }
        return rest.isZero
    }
}
