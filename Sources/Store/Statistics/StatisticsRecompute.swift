import Contracts
import Domain
import PostgresClient
import Workflow

/// A figure that is not what the events say.
public struct FigureDifference: Sendable, Hashable {
    /// `village` or `service`.
    public var table: String
    /// For example `county 1, hour 2026-11-24T01:00:00Z, town 3, village 17`.
    public var key: String
    public var measure: String
    public var incremental: Int64
    public var recomputed: Int64
}

/// Counts every event again and compares with what was counted along the way.
///
/// Only events that were counted are counted again, as of one snapshot, so it may run beside working lanes. It reads
/// the whole event table, in pages; memory grows with the number of figure rows, not of events.
public struct StatisticsRecompute: Sendable {
    static let page = 5_000

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Differences in order of table, key and measure; empty when every figure is what the events say.
    public func recompute() async throws -> [FigureDifference] {
        try await pool.transaction(.snapshot) { connection in
            var villages: [RollUpKey: Figures] = [:]
            var services: [RollUpKey: Figures] = [:]
            try await Self.eachCountedEvent(on: connection) { event in
                let (key, figures) = figures(of: event)
                guard !figures.isZero else { return }
                villages[RollUp.villageHour.key(of: key), default: Figures()] += figures
                services[RollUp.serviceHour.key(of: key), default: Figures()] += figures
            }
            return try await Self.compare(.villageHour, villages, on: connection)
                + Self.compare(.serviceHour, services, on: connection)
        }
    }

    /// The bodies of all events that were counted.
    static let counted = """
        select e.body
        from tuesday.event e
        join tuesday.statistic_fold f on f.request_id = e.request_id and e.seq <= f.last_seq
        """

    /// All figures, summed over the lanes' shards.
    static func sums(_ rollUp: RollUp) -> PostgresStatement {
        PostgresStatement(
            unprepared: """
                select county_id, hour, town_id, \(rollUp.entryColumn),
                    \(Measure.all.map { "sum(\($0.column))::bigint" }.joined(separator: ", "))
                from \(rollUp.table)
                group by 1, 2, 3, 4
                """)
    }

    private static func eachCountedEvent(
        on connection: PostgresConnection, _ body: (RequestEvent) -> Void
    ) async throws {
        try await connection.query(
            PostgresStatement(unprepared: "declare counted no scroll cursor for \(counted)"))
        while true {
            let rows = try await connection.query(PostgresStatement(unprepared: "fetch \(page) from counted"))
            for row in rows { body(try FoldStatements.event(try row.utf8(0))) }
            if rows.count < page { break }
        }
        try await connection.query(PostgresStatement(unprepared: "close counted"))
    }

    private static func compare(
        _ rollUp: RollUp, _ recomputed: [RollUpKey: Figures], on connection: PostgresConnection
    ) async throws -> [FigureDifference] {
        let rows = try await connection.query(sums(rollUp))
        var left = recomputed
        var different: [(key: RollUpKey, incremental: Figures, recomputed: Figures)] = []
        for row in rows {
            let key = RollUpKey(
                county: County.ID(try row.int32(0)), hourStart: Instant(microseconds: try row.timestamp(1)),
                town: Town.ID(try row.int32(2)), entry: try row.int32(3))
            var incremental = Figures()
            for (index, measure) in Measure.all.enumerated() {
                incremental[keyPath: measure.path] = try row.int64(4 + index)
            }
            let expected = left.removeValue(forKey: key) ?? Figures()
            if incremental != expected { different.append((key, incremental, expected)) }
        }
        for (key, expected) in left where !expected.isZero { different.append((key, Figures(), expected)) }
        let table = rollUp == .villageHour ? "village" : "service"
        return different.sorted { $0.key < $1.key }.flatMap { entry in
            Measure.all.compactMap { measure in
                let incremental = entry.incremental[keyPath: measure.path]
                let recomputed = entry.recomputed[keyPath: measure.path]
                guard incremental != recomputed else { return nil }
                return FigureDifference(
                    table: table, key: entry.key.words(table), measure: measure.column, incremental: incremental,
                    recomputed: recomputed)
            }
        }
    }
}

extension RollUpKey {
    fileprivate func words(_ entryName: String) -> String {
        "county \(county), hour \(ISO8601.format(hourStart)), town \(town), \(entryName) \(entry)"
    }
}
