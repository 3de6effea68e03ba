import Domain
import Failpoints
import PostgresClient
import Workflow

/// Which requests' events leave once more.
public enum RepairScope: Sendable {
    /// Those that some group has not fully applied.
    case unapplied
    case all
}

/// What a repair did.
public struct RepairOutcome: Sendable, Hashable {
    public var lanes = 0
    public var requests: Int64 = 0
    public var events: Int64 = 0

    public init() {}
}

/// Puts right, from PostgreSQL, what a topic lost.
///
/// Everything a repair means to do is one transaction: lanes are put where their partitions begin, the log is marked as
/// rebuilt, and the rows by which events leave once more are written. When the tool that publishes them dies, a worker
/// adopts its lane; nothing can be half repaired.
///
/// Effects do not double: deciding groups look at the request's row, folding ones at the last `seq`, intake at the key that
/// each record has, its sender's or one of its own. What is committed after the look at the requests is published by its own
/// lane, behind everything a lane that was put back will read.
///
/// Locks, in order: its own lane, the log, the lanes it puts back by id. A worker that holds one of those is fenced and
/// claims it again.
public struct RepairTransactions: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// - Parameters:
    ///   - because: kept with what leaves once more.
    ///   - log: marked as rebuilt.
    ///   - positions: lanes of the log to put back.
    /// - Returns: the lane with what is to be published, as it stands now.
    public func repair(
        _ scope: RepairScope, because: String, log: Int32, resetting positions: [LanePosition] = [], ticket: LaneTicket
    ) async throws -> (ticket: LaneTicket, outcome: RepairOutcome) {
        var outcome = RepairOutcome()
        let commit = try await LaneTransaction.run(on: pool, ticket) { transaction, _ in
            let connection = transaction.connection
            let row = try await connection.query(
                scope == .all ? Self.repeatAll : Self.repeatUnapplied,
                [
                    .int32(ticket.lane), .int64(transaction.laneSeq),
                    .timestamp(microseconds: transaction.now.microseconds), .text(because),
                ])[0]
            failpoint("repair.events-repeated")
            outcome.requests = try row.int64(0)
            outcome.events = try row.int64(1)
            transaction.take(through: transaction.laneSeq + outcome.events)
            try await connection.query(
                "update tuesday.log set rebuilt_at = clock_timestamp() where id = $1 and rebuilt_at is null",
                [.int32(log)])
            // At the end, so that they are held for a moment only: a worker that claims one of these waits meanwhile, and ends
            // whoever holds it where its role may. A tool that stopped here is ended by the limit of idle transactions.
            outcome.lanes = positions.isEmpty ? 0 : try await Self.reset(positions, log, on: connection)
            failpoint("repair.lanes-reset")
        }
        var after = ticket
        after.laneSeq = commit.laneSeq
        return (after, outcome)
    }

    private static func reset(
        _ positions: [LanePosition], _ log: Int32, on connection: PostgresConnection
    ) async throws -> Int {
        try await connection.pipeline([
            // Names this backend to a claim, as a lane's own transaction does.
            PostgresCall(
                "select pg_advisory_xact_lock_shared(7215, n.id) from unnest($1::int[]) as n (id)",
                [.int32s(positions.map(\.lane))]),
            PostgresCall(
                "select from tuesday.lane where id = any($1) order by id for no key update",
                [.int32s(positions.map(\.lane).sorted())]),
            PostgresCall(
                """
                update tuesday.lane l
                set next_offset = n.next_offset,
                    last_ce_id = null,
                    anchor_offset = null,
                    anchor_ce_id = null,
                    epoch = l.epoch + 1,
                    claims_since_progress = 0
                from unnest($2::int[], $3::bigint[]) as n (id, next_offset)
                where l.id = n.id and l.log_id = $1 and l.partition >= 0
                """,
                [.int32(log), .int32s(positions.map(\.lane)), .int64s(positions.map(\.nextOffset))]),
        ])[2].affected
    }

    /// Numbers the requests' events one after the other; answers how many requests and events those are.
    private static func repeating(_ requests: String) -> PostgresStatement {
        PostgresStatement(
            unprepared: """
                with made as (
                    insert into tuesday.repetition (lane_id, lane_seq, at, request_id, event_count, because)
                    select $1, $2 + sum(u.last_seq) over (order by u.id), $3, u.id, u.last_seq, $4
                    from (\(requests)) u
                    returning event_count)
                select count(*), coalesce(sum(event_count), 0)::bigint
                from made
                """)
    }

    static let repeatAll = repeating("select r.id, r.last_seq from tuesday.request r")
    static let repeatUnapplied = repeating(UnappliedRequests.sql)
}

/// Where a lane is to go on.
public struct LanePosition: Sendable, Hashable {
    public var lane: Int32
    public var nextOffset: Int64

    public init(lane: Int32, nextOffset: Int64) {
        self.lane = lane
        self.nextOffset = nextOffset
    }
}
