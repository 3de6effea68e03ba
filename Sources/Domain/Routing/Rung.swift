/// The ladder a request climbs until somebody can take it. The raw values are stored; never renumber them.
public enum Rung: Int16, Sendable, CaseIterable {
    case village = 1
    case town = 2
    case countyPool = 3

    /// The word used in JSON and SQL views.
    public var word: String {
        switch self {
        case .village: "village"
        case .town: "town"
        case .countyPool: "county_pool"
        }
    }
}
