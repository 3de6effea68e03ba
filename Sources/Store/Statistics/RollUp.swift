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
    ///
    /// While requests pour in nothing else happens to most of them, and each column costs: where only arrivals are
    /// counted, only their columns are written (measured: a quarter of the statement's time).
    func add(_ figures: [(key: RollUpKey, figures: Figures)], lane: Int32) -> PostgresCall {
        let isOfArrivals = figures.allSatisfy { $0.figures.isOfArrivals }
        let statements = self == .villageHour ? Self.villageHours : Self.serviceHours
        return PostgresCall(
            isOfArrivals ? statements.addingArrivals : statements.addingAll,
            [
                .int32(lane), .int32s(figures.map(\.key.county.rawValue)),
                .timestamps(figures.map(\.key.hourStart.microseconds)), .int32s(figures.map(\.key.town.rawValue)),
                .int32s(figures.map(\.key.entry)),
            ]
                + (isOfArrivals ? Measure.ofArrivals : Measure.all).map { measure in
                    .int64s(figures.map { $0.figures[keyPath: measure.path] })
                })
    }

    private static let villageHours = Statements(.villageHour, conflict: "county_id, hour, village_id, lane_id")
    private static let serviceHours = Statements(
        .serviceHour, conflict: "county_id, hour, town_id, service_id, lane_id")

    private struct Statements {
        let addingAll: PostgresStatement
        let addingArrivals: PostgresStatement

        init(_ rollUp: RollUp, conflict: String) {
            addingAll = Self.adding(Measure.all, to: rollUp, conflict)
            addingArrivals = Self.adding(Measure.ofArrivals, to: rollUp, conflict)
        }

        private static func adding(
            _ measures: [Measure], to rollUp: RollUp, _ conflict: String
        ) -> PostgresStatement {
            let arrays = measures.indices.map { "$\($0 + 6)::bigint[]" }.joined(separator: ", ")
            let sums = measures.map { "\($0.column) = s.\($0.column) + excluded.\($0.column)" }
                .joined(separator: ",\n    ")
            let keys = "hour, county_id, town_id, \(rollUp.entryColumn)"
            let columns = Measure.columns(measures)
            return PostgresStatement(
                """
                insert into \(rollUp.table) as s (\(keys), lane_id, \(columns))
                select \(keys), $1, \(columns)
                from unnest($2::int[], $3::timestamptz[], $4::int[], $5::int[], \(arrays))
                    as n (county_id, hour, town_id, \(rollUp.entryColumn), \(columns))
                on conflict (\(conflict)) do update
                set \(sums)
                """)
        }
    }
}
