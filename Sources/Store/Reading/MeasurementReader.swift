import Contracts
import Domain
import PostgresClient

/// What is measured of the whole installation every few seconds, whichever worker asks.
public struct MeasurementReader: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Requests that wait, by reason, and for how many seconds the one that began first does. A reason that nobody
    /// waits for is not there.
    public func waiting() async throws -> [WaitingReason: (count: Int64, oldestSeconds: Double)] {
        let rows = try await pool.withConnection { try await $0.query(Self.waiting) }
        var waiting: [WaitingReason: (count: Int64, oldestSeconds: Double)] = [:]
        for row in rows {
            let number = try row.int16(0)
            guard let reason = WaitingReason(rawValue: number) else {
                throw PostgresFailure(.decode, "a request waits for the unknown reason \(number)")
            }
            waiting[reason] = (try row.int64(1), try row.double(2))
        }
        return waiting
    }

    /// Messages that were committed and not yet recorded as published, and dead letters that nobody has settled.
    public func backlog() async throws -> (unpublished: Int64, openLetters: Int64) {
        let row = try await pool.withConnection { try await $0.query(Self.backlog) }[0]
        return (try row.int64(0), try row.int64(1))
    }

    /// For how many seconds the promise that was to fire first has not; 0 when none is due. Those of parked requests
    /// fire when they are released.
    public func overdueSeconds() async throws -> Double {
        let rows = try await pool.withConnection { connection in
            try await connection.query(Self.overdue, [.text(ConsumerGroup.followup.rawValue)])
        }
        return try rows.first?.double(0) ?? 0
    }

    static let waiting: PostgresStatement = """
        select w.reason, count(*), extract(epoch from clock.now() - min(w.since))::double precision
        from tuesday.waiting w
        group by w.reason
        """

    private static let backlog: PostgresStatement = """
        select (select coalesce(sum(lane_seq - published_through), 0)::bigint from tuesday.lane),
               (select count(*) from tuesday.dead_letter where state = 'open')
        """

    /// The clock is asked once and not for each promise: so the index tells where to stop. `$1` the group.
    static let overdue: PostgresStatement = """
        select extract(epoch from clock.now() - d.next_at)::double precision
        from tuesday.deadline d
        where d.next_at <= (select clock.now())
          and not exists (
            select from tuesday.parked p
            where p.consumer_group = $1 and p.request_id = d.request_id)
        order by d.next_at
        limit 1
        """
}
