/// One measure of a county in an hour that is over, as it is told to others.
///
/// An hour may change after it was told, by events that come late or are imported: then it is told again with a higher
/// revision, and the highest counts.
public struct ClosedWindow: Sendable, Hashable {
    public struct TownValue: Sendable, Hashable {
        public let town: Town.ID
        /// Empty when the register has no such town any more.
        public let code: String
        public let value: Int64

        public init(town: Town.ID, code: String, value: Int64) {
            self.town = town
            self.code = code
            self.value = value
        }
    }

    public let county: County.ID
    public let countyCode: String
    /// The start of the UTC hour.
    public let hourStart: Instant
    /// The measure's word.
    public let measure: String
    /// 1 when it is told for the first time.
    public var revision: Int32
    /// By town's key; towns without a value are left out.
    public let towns: [TownValue]

    public var total: Int64 { towns.reduce(0) { $0 + $1.value } }
    public var hourEnd: Instant { hourStart.adding(seconds: 3_600) }

    public init(
        county: County.ID, countyCode: String, hourStart: Instant, measure: String, revision: Int32, towns: [TownValue]
    ) {
        self.county = county
        self.countyCode = countyCode
        self.hourStart = hourStart
        self.measure = measure
        self.revision = revision
        self.towns = towns
    }
}
