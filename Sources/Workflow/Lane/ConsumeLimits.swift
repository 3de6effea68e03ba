/// Limits of a consuming lane.
public struct ConsumeLimits: Sendable {
    /// Most records in one transaction.
    public var maximumRecords: Int
    /// Deaths at the first record of a lane after which that record is taken to be their cause; more when batches are so
    /// large that it has not been alone ``loneDeaths`` times by then.
    public var claimsBeforeRejection: Int32
    /// Between two looks whether the topic is still the same.
    public var placeInterval: Duration

    /// How often a worker must have died with nothing but one record in hand before that record is blamed.
    static let loneDeaths: Int32 = 5
    /// From so many deaths on a lane is careful.
    static let carefulFrom: Int32 = 3

    public init(
        maximumRecords: Int = 5_000, claimsBeforeRejection: Int32 = 20, placeInterval: Duration = .seconds(15)
    ) {
        self.maximumRecords = maximumRecords
        self.claimsBeforeRejection = claimsBeforeRejection
        self.placeInterval = placeInterval
    }

    /// From the third death without progress on, half as many each time, down to one.
    func records(afterDeaths deaths: Int32) -> Int {
        deaths < Self.carefulFrom ? maximumRecords : max(1, maximumRecords >> min(30, Int(deaths - 2)))
    }

    /// From so many deaths on a record is handled alone.
    var loneFrom: Int32 {
        var deaths = Self.carefulFrom
        while records(afterDeaths: deaths) > 1 { deaths += 1 }
        return deaths
    }

    /// At so many deaths without progress the first record of the lane is rejected.
    var deathsBeforeRejection: Int32 { max(claimsBeforeRejection, loneFrom + Self.loneDeaths) }
}
