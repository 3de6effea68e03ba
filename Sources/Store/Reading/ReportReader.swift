import Domain
import PostgresClient

/// What figures are summed for.
public enum ReportLevel: String, Sendable, CaseIterable {
    case county
    case town
    case village
    case service

    fileprivate var table: String {
        self == .service ? RollUp.serviceHour.table : RollUp.villageHour.table
    }

    /// The code, the name and the join that brings them.
    fileprivate var entry: (code: String, name: String, join: String) {
        switch self {
        case .county: ("c.code", "c.name", "")
        case .town: ("e.code", "e.name", "join register.town e on e.id = s.town_id")
        case .village: ("e.code", "e.name", "join register.village e on e.id = s.village_id")
        case .service: ("e.code", "e.name", "join register.service e on e.id = s.service_id")
        }
    }
}

/// The figures of one county, town, village or service.
public struct ReportLine: Sendable {
    public var county: String
    public var code: String
    public var name: String
    public var figures: Figures
}

/// Reads the figures that were folded, summed over the lanes' shards.
public struct ReportReader: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Lines in order of county and code; only those with an event.
    ///
    /// - Parameter day: a day by each county's own clock, to the hour of UTC; nil: since the beginning.
    public func report(_ level: ReportLevel, day: CivilDate? = nil) async throws -> [ReportLine] {
        let call =
            if let day { PostgresCall(Self.ofDay(level), [.date(daysSince1970: day.daysSince1970)]) }
            else { PostgresCall(Self.sinceTheBeginning(level)) }
        return try await pool.withConnection { connection in
            try await connection.pipeline([call])[0].map { row in
                var figures = Figures()
                for (index, measure) in Measure.all.enumerated() {
                    figures[keyPath: measure.path] = try row.int64(3 + index)
                }
                return ReportLine(
                    county: try row.string(0), code: try row.string(1), name: try row.string(2), figures: figures)
            }
        }
    }

    /// Reads every row of the figures: their sum is what is asked for.
    static func sinceTheBeginning(_ level: ReportLevel) -> PostgresStatement {
        sums(level, hours: "true")
    }

    /// `$1` the day. The bounds are instants and the figures are read for one county after the other (that is what
    /// `offset 0` holds the planner to), so that the hours between them are found by the key (county, hour).
    static func ofDay(_ level: ReportLevel) -> PostgresStatement {
        func start(_ day: String) -> String {
            "(\(day))::timestamp at time zone 'UTC' - c.utc_offset_minutes * interval '1 minute'"
        }
        return sums(level, hours: "s.hour >= \(start("$1::date")) and s.hour < \(start("$1::date + 1"))")
    }

    private static func sums(_ level: ReportLevel, hours: String) -> PostgresStatement {
        let entry = level.entry
        let sums = Measure.all.map { "sum(s.\($0.column))::bigint" }.joined(separator: ", ")
        return PostgresStatement(
            unprepared: """
                select c.code, \(entry.code), \(entry.name), \(sums)
                from register.county c
                cross join lateral (
                    select s.*
                    from \(level.table) s
                    where s.county_id = c.id and \(hours)
                    offset 0) s
                \(entry.join)
                group by 1, 2, 3
                order by 1, 2
                """)
    }
}

extension Figures {
    /// Every figure with its column's name, in order.
    public var named: [(name: String, value: Int64)] {
        Measure.all.map { ($0.column, self[keyPath: $0.path]) }
    }
}
