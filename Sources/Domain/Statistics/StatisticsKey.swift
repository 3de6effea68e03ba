/// What figures are kept for: one village, one service, one hour.
public struct StatisticsKey: Hashable, Sendable {
    public var county: County.ID
    public var town: Town.ID
    public var village: Village.ID
    public var service: Service.ID
    /// The start of the UTC hour in which the event happened.
    public var hourStart: Instant

    public init(county: County.ID, town: Town.ID, village: Village.ID, service: Service.ID, hourStart: Instant) {
        self.county = county
        self.town = town
        self.village = village
        self.service = service
        self.hourStart = hourStart
    }

    public init(place: RequestEvent.Place, at instant: Instant) {
        let hour: Int64 = 3_600_000_000
        let past = ((instant.microseconds % hour) + hour) % hour
        self.init(
            county: place.county, town: place.town, village: place.village, service: place.service,
            hourStart: Instant(microseconds: instant.microseconds - past))
    }
}
