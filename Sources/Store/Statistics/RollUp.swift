import Domain
import PostgresClient

/// What stands before the figures in one of the two tables: an hour of a village, or of a service in a town.
struct RollUpKey: Hashable, Comparable, Sendable {
    var county: County.ID
    var hourStart: Instant
    var town: Town.ID
    /// The village's or the service's key.
    var entry: Int32

    static func < (left: RollUpKey, right: RollUpKey) -> Bool {
        (left.county, left.hourStart, left.town, left.entry) < (right.county, right.hourStart, right.town, right.entry)
    }
}

/// One of the two tables.
enum RollUp: Sendable, CaseIterable {
    case villageHour
    case serviceHour

    func key(of key: StatisticsKey) -> RollUpKey {
        RollUpKey(
            county: key.county, hourStart: key.hourStart, town: key.town,
            entry: self == .villageHour ? key.village.rawValue : key.service.rawValue)
    }

    var table: String {
        switch self {
        case .villageHour: "tuesday.statistic_village_hour"
        case .serviceHour: "tuesday.statistic_service_hour"
        }
    }

    var entryColumn: String {
        switch self {
        case .villageHour: "village_id"
        case .serviceHour: "service_id"
        }
    }

    /// Adds figures to the rows of one lane; `figures` in order of key, the order in which their rows are locked.
    func add(_ figures: [(key: RollUpKey, figures: Figures)], lane: Int32) -> PostgresCall {
        PostgresCall(
            self == .villageHour ? Self.addToVillageHours : Self.addToServiceHours,
            [
                .int32(lane), .int32s(figures.map(\.key.county.rawValue)),
                .timestamps(figures.map(\.key.hourStart.microseconds)), .int32s(figures.map(\.key.town.rawValue)),
                .int32s(figures.map(\.key.entry)),
            ] + Measure.all.map { measure in .int64s(figures.map { $0.figures[keyPath: measure.path] }) })
    }

    private static let addToVillageHours = statement(.villageHour, conflict: "county_id, hour, village_id, lane_id")
    private static let addToServiceHours = statement(
        .serviceHour, conflict: "county_id, hour, town_id, service_id, lane_id")

    private static func statement(_ rollUp: RollUp, conflict: String) -> PostgresStatement {
        let arrays = Measure.all.indices.map { "$\($0 + 6)::bigint[]" }.joined(separator: ", ")
        let sums = Measure.all.map { "\($0.column) = s.\($0.column) + excluded.\($0.column)" }
            .joined(separator: ",\n    ")
        let keys = "hour, county_id, town_id, \(rollUp.entryColumn)"
        return PostgresStatement(
            """
            insert into \(rollUp.table) as s (\(keys), lane_id, \(Measure.columns))
            select \(keys), $1, \(Measure.columns)
            from unnest($2::int[], $3::timestamptz[], $4::int[], $5::int[], \(arrays))
                as n (county_id, hour, town_id, \(rollUp.entryColumn), \(Measure.columns))
            on conflict (\(conflict)) do update
            set \(sums)
            """)
    }
}
