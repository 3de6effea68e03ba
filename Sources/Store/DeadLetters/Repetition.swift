import Contracts
import Domain
import PostgresClient

extension LaneTransaction {
    /// Lets every event of a request leave once more, for groups that left them out.
    ///
    /// The request's row is locked until COMMIT, so no event of it is committed in between: one that is not among these is
    /// read by the groups after they can see what else this transaction changed.
    /// - Parameter because: kept with the row.
    /// - Returns: how many events there are; 0 when there is no such request.
    mutating func repeatEvents(of request: RequestID, because: String) async throws -> Int32 {
        let locked = try await connection.query(
            "select last_seq from tuesday.request where id = $1 for no key update", [.uuid(request.value)])
        guard locked.count > 0 else { return 0 }
        let events = try await connection.query(
            """
            select seq, type, at, body
            from tuesday.event
            where request_id = $1
            order by seq
            """, [.uuid(request.value)])
        guard events.count > 0 else { return 0 }
        for row in events {
            guard let type = EventType(rawValue: try row.int16(1)) else {
                throw PostgresFailure(.decode, "an event has the unknown type \(try row.int16(1))")
            }
            let (seq, at, body) = (try row.int32(0), Instant(microseconds: try row.timestamp(2)), try row.utf8(3))
            _ = emit { laneSeq in
                RequestEventRecord.message(
                    request: request, seq: seq, type: type, at: at, body: body, laneSeq: laneSeq)
            }
        }
        try await connection.query(
            """
            insert into tuesday.repetition (lane_id, lane_seq, at, request_id, event_count, because)
            values ($1, $2, $3, $4, $5, $6)
            """,
            [
                .int32(ticket.lane), .int64(laneSeq), .timestamp(microseconds: now.microseconds), .uuid(request.value),
                .int32(Int32(events.count)), .text(because),
            ])
        return Int32(events.count)
    }
}
