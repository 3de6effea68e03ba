import Contracts
import Domain
import Failpoints
import PostgresClient
import Workflow

/// Telling of hours that are over, in PostgreSQL.
///
/// Locks, in order: the lane, the advisory lock of those who tell, rows of `tuesday.changed_hour`. It waits for none of
/// the latter two, so whoever counts waits for this transaction at most, and never the other way round.
public struct WindowTransactions: WindowStore {
    /// The advisory lock of whoever tells. 7215 is the lanes'.
    private static let lock: Int32 = 7216

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func isAnythingSettled(for grace: Duration) async throws -> Bool {
        try await withLaneFaults {
            try await pool.withConnection { connection in
                try await connection.query(ChangedHours.isAnySettled, [.int64(grace.components.seconds)])[0].bool(0)
            }
        }
    }

    public func closeSettled(
        for grace: Duration, limit: Int, ticket: LaneTicket, prepared: Prepared<Int>,
        plan: @Sendable (HourFigures) -> [ClosedWindow]
    ) async throws -> LaneCommit {
        var count = 0
        return try await LaneTransaction.run(on: pool, ticket, prepare: { prepared.set($0, count) }) {
            transaction, _ in
            count = 0
            let settled = transaction.now.adding(seconds: -grace.components.seconds)
            let hours = try await Self.take(settled, limit: limit, on: transaction.connection)
            guard !hours.isEmpty else { return }
            failpoint("close.hours-taken")
            let windows = try await Self.figures(of: hours, on: transaction.connection).flatMap(plan)
            try await transaction.append(windows)
            failpoint("close.windows-written")
            count = windows.count
        }
    }

    /// The hours to tell, their rows removed; none while another transaction tells.
    private static func take(
        _ settled: Instant, limit: Int, on connection: PostgresConnection
    ) async throws -> [ChangedHour] {
        let mayTell = try await connection.query("select pg_try_advisory_xact_lock($1)", [.int64(Int64(lock))])
        guard try mayTell[0].bool(0) else { return [] }
        let rows = try await connection.query(
            ChangedHours.take, [.timestamp(microseconds: settled.microseconds), .int64(Int64(limit))])
        guard rows.count > 0 else { return [] }
        let hours = try rows.map {
            ChangedHour(county: County.ID(try $0.int32(0)), hourStart: Instant(microseconds: try $0.timestamp(1)))
        }
        try await connection.query(
            ChangedHours.remove,
            [
                .int32s(hours.map(\.county.rawValue)), .timestamps(hours.map(\.hourStart.microseconds)),
                .int32s(try rows.map { try $0.int32(2) }),
            ])
        return Set(hours).sorted()
    }

    /// To be run after ``take``: only a statement that begins then sees everything that was committed with the rows.
    private static func figures(
        of hours: [ChangedHour], on connection: PostgresConnection
    ) async throws -> [HourFigures] {
        let keys: [PostgresParameter] = [
            .int32s(hours.map(\.county.rawValue)), .timestamps(hours.map(\.hourStart.microseconds)),
        ]
        let results = try await connection.pipeline([
            PostgresCall(
                "select id, code from register.county where id = any($1)",
                [.int32s(Set(hours.map(\.county.rawValue)).sorted())]),
            PostgresCall(sums, keys), PostgresCall(told, keys),
            // Only after a restoration are logs numbered so high.
            PostgresCall("select coalesce(max(id) filter (where id > 1000000), 1) from tuesday.log"),
        ])
        let leastRevision = try results[3][0].int32(0)
        var codes: [Int32: String] = [:]
        for row in results[0] { codes[try row.int32(0)] = try row.string(1) }
        var found: [ChangedHour: HourFigures] = [:]
        for hour in hours {
            found[hour] = HourFigures(
                county: hour.county, countyCode: codes[hour.county.rawValue] ?? "", hourStart: hour.hourStart, towns: [],
                told: [:], leastRevision: leastRevision)
        }
        for row in results[1] {
            var figures = Figures()
            for (index, measure) in Measure.all.enumerated() {
                figures[keyPath: measure.path] = try row.int64(4 + index)
            }
            found[try hour(row)]?.towns.append((Town.ID(try row.int32(2)), try row.string(3), figures))
        }
        for row in results[2] {
            found[try hour(row)]?.told[try row.string(2)] = (try row.int32(3), try row.utf8(4))
        }
        return hours.compactMap { found[$0] }
    }

    private static func hour(_ row: PostgresRow) throws -> ChangedHour {
        ChangedHour(county: County.ID(try row.int32(0)), hourStart: Instant(microseconds: try row.timestamp(1)))
    }

    /// `$1` counties, `$2` hours. By town, in order of key.
    private static let sums = PostgresStatement(
        """
        select n.county_id, n.hour, s.town_id, coalesce(t.code, ''),
            \(Measure.all.map { "s.\($0.column)" }.joined(separator: ", "))
        from unnest($1::int[], $2::timestamptz[]) as n (county_id, hour)
        cross join lateral (
            select q.town_id, \(Measure.all.map { "sum(q.\($0.column))::bigint as \($0.column)" }.joined(separator: ", "))
            from tuesday.statistic_village_hour q
            where q.county_id = n.county_id and q.hour = n.hour
            group by q.town_id) s
        left join register.town t on t.id = s.town_id
        order by n.county_id, n.hour, s.town_id
        """)

    /// `$1` counties, `$2` hours. The last revision of each measure.
    private static let told: PostgresStatement = """
        select n.county_id, n.hour, w.measure, w.revision, w.body
        from unnest($1::int[], $2::timestamptz[]) as n (county_id, hour)
        cross join lateral (
            select distinct on (q.measure) q.measure, q.revision, q.body
            from tuesday.closed_window q
            where q.county_id = n.county_id and q.hour = n.hour
            order by q.measure, q.revision desc) w
        """
}

extension LaneTransaction {
    /// Writes windows and queues their records.
    mutating func append(_ windows: [ClosedWindow]) async throws {
        guard !windows.isEmpty else { return }
        var rows = PostgresCopyBuffer(columns: 8, reserve: windows.count * 640)
        for window in windows {
            let body = StatisticsRecord.body(of: window)
            let laneSeq = emit { [now] laneSeq in
                StatisticsRecord.message(
                    county: window.county, measure: window.measure, hourStart: window.hourStart,
                    revision: window.revision, at: now, body: body, laneSeq: laneSeq)
            }
            rows.beginRow()
            rows.append(int32: ticket.lane)
            rows.append(int64: laneSeq)
            rows.append(timestamp: now.microseconds)
            rows.append(timestamp: window.hourStart.microseconds)
            rows.append(int32: window.county.rawValue)
            rows.append(int32: window.revision)
            rows.append(text: window.measure)
            rows.append(utf8: body)
        }
        try await connection.copy(
            into: "tuesday.closed_window (lane_id, lane_seq, at, hour, county_id, revision, measure, body)", rows)
    }
}
