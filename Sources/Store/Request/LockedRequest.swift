import Domain
import PostgresClient

/// A request's row, locked by this transaction until it ends.
struct LockedRequest {
    var status: RequestStatus
    var priority: Int16
    var assignedAt: Instant?

    /// Locks the rows in order of id (the one lock order) and reads them.
    static func lock(_ ids: [RequestID], on connection: PostgresConnection) async throws -> [LockedRequest] {
        guard !ids.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            select id, county_id, town_id, village_id, service_id, state, owner_id, waiting_reason, last_seq,
                assignment, timer_epoch, accepted_at, resolved_at, rating, priority, assigned_at
            from tuesday.request
            where id = any($1)
            order by id
            for no key update
            """, [.uuids(ids.map(\.value).sorted())])
        return try rows.map { row in
            LockedRequest(
                status: try RequestStatus(row: row), priority: try row.int16(14),
                assignedAt: try row.optionalTimestamp(15).map { Instant(microseconds: $0) })
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
