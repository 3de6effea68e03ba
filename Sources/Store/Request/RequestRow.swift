import Domain
import PostgresClient

/// A request's row as a transaction saw it.
struct RequestRow {
    var status: RequestStatus
    var priority: Int16

    /// Locks the rows in order of id (the one lock order) until the transaction ends, and reads them in that order.
    ///
    /// A lateral subquery that locks (or has an `offset 0`) can only be run once for each key, in the array's order, by
    /// the index. The planner is free with a plain join: planned on an empty table it reads all of the table for ever.
    /// All statements about sets of keys that lock or change rows are written this way.
    static func lock(_ ids: [RequestID], on connection: PostgresConnection) async throws -> [RequestRow] {
        guard !ids.isEmpty else { return [] }
        return try rows(await connection.pipeline([locking(ids)])[0])
    }

    /// As ``lock(_:on:)``, for ``rows(_:)``.
    ///
    /// - Parameter passesHeld: leaves out rows that somebody else holds, instead of waiting for them.
    static func locking(_ ids: [RequestID], passesHeld: Bool = false) -> PostgresCall {
        PostgresCall(passesHeld ? lockingFree : lockingAll, [.uuids(ids.map(\.value).sorted())])
    }

    private static let lockingAll = lockingStatement("")
    private static let lockingFree = lockingStatement("skip locked")

    private static func lockingStatement(_ held: String) -> PostgresStatement {
        PostgresStatement(
            """
            select r.*
            from unnest($1::uuid[]) as n (id)
            cross join lateral (
                select q.id, q.county_id, q.town_id, q.village_id, q.service_id, q.state, q.owner_id,
                    q.waiting_reason, q.last_seq, q.assignment, q.timer_epoch, q.accepted_at, q.resolved_at, q.rating,
                    q.priority
                from tuesday.request q
                where q.id = n.id
                for no key update \(held)) r
            """)
    }

    /// Reads the rows and locks nothing: for writers whose rows are looked at again before they have any effect.
    static func read(_ ids: [RequestID]) -> PostgresCall {
        PostgresCall(
            """
            select id, county_id, town_id, village_id, service_id, state, owner_id, waiting_reason, last_seq, assignment,
                timer_epoch, accepted_at, resolved_at, rating, priority
            from tuesday.request
            where id = any($1)
            """, [.uuids(ids.map(\.value))])
    }

    /// Answers the ids of those that there are, and locks nothing.
    static func existing(_ ids: [RequestID]) -> PostgresCall {
        PostgresCall("select id from tuesday.request where id = any($1)", [.uuids(ids.map(\.value))])
    }

    static func rows(_ result: PostgresResult) throws -> [RequestRow] {
        try result.map { row in
            RequestRow(
                status: try RequestStatus(row: row), priority: try row.int16(14))
        }
    }
}

extension RequestStatus {
    /// From the columns id, county, town, village, service, state, owner, reason, last seq, assignment, timer epoch,
    /// accepted, resolved, rating.
    init(row: PostgresRow) throws {
        guard let state = RequestState(rawValue: try row.int16(5)) else {
            throw PostgresFailure(.decode, "a request has the unknown state \(try row.int16(5))")
        }
        self.init(
            id: RequestID(try row.uuid(0)),
            place: .init(
                county: County.ID(try row.int32(1)), town: Town.ID(try row.int32(2)),
                village: Village.ID(try row.int32(3)), service: Service.ID(try row.int32(4))),
            state: state, owner: try row.optionalInt32(6).map { Cadre.ID($0) },
            reason: try row.optionalInt16(7).flatMap { WaitingReason(rawValue: $0) }, lastSeq: try row.int32(8),
            assignment: try row.int32(9), timerEpoch: try row.int32(10),
            acceptedAt: Instant(microseconds: try row.timestamp(11)),
            resolvedAt: try row.optionalTimestamp(12).map { Instant(microseconds: $0) },
            rating: try row.optionalInt16(13))
    }
}
