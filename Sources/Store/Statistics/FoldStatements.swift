import Contracts
import Domain
import PostgresClient
import Workflow

/// The statements about what was counted, and what was not.
enum FoldStatements {
    /// One of the requests, with its last `seq`, whose row in PostgreSQL has not come as far, or that has none: what Tuesday
    /// wrote was committed there before it was published, so somebody else wrote the record, and what it says would be counted
    /// though it never happened.
    static func unknown(_ arrived: [ArrivedEvents]) -> PostgresCall {
        PostgresCall(
            """
            select n.id, n.last_seq
            from unnest($1::uuid[], $2::int[]) as n (id, last_seq)
            where not exists (
                select from tuesday.request r
                where r.id = n.id and r.last_seq >= n.last_seq
                offset 0)
            limit 1
            """, [.uuids(arrived.map(\.request.value)), .int32s(arrived.map(\.lastSeq))])
    }

    /// Locks the rows in order of id, and tells what was counted last.
    static func lock(
        _ requests: [RequestID], on connection: PostgresConnection
    ) async throws -> [RequestID: Int32] {
        guard !requests.isEmpty else { return [:] }
        let rows = try await connection.query(
            """
            select f.request_id, f.last_seq
            from unnest($1::uuid[]) as n (id)
            cross join lateral (
                select q.request_id, q.last_seq
                from tuesday.statistic_fold q
                where q.request_id = n.id
                for no key update) f
            """, [.uuids(requests.map(\.value).sorted())])
        var folded: [RequestID: Int32] = [:]
        folded.reserveCapacity(rows.count)
        for row in rows { folded[RequestID(try row.uuid(0))] = try row.int32(1) }
        return folded
    }

    /// Among the next requests by id those not counted up to their last event, with its number, in order; and the last id
    /// looked at, nil when there was none. What the lane's group has parked is left out.
    static func missing(
        after: RequestID, limit: Int, lane: Int32, on connection: PostgresConnection
    ) async throws -> (missing: [(request: RequestID, through: Int32)], last: RequestID?) {
        let rows = try await connection.query(
            """
            select r.id, r.last_seq, coalesce(
                (select f.last_seq from tuesday.statistic_fold f where f.request_id = r.id), 0),
                exists (
                    select from tuesday.parked p
                    where p.consumer_group = (select l.consumer_group from tuesday.lane l where l.id = $3)
                      and p.request_id = r.id)
            from tuesday.request r
            where r.id > $1
            order by r.id
            limit $2
            """, [.uuid(after.value), .int64(Int64(limit)), .int32(lane)])
        var missing: [(request: RequestID, through: Int32)] = []
        var last: RequestID?
        for row in rows {
            let request = RequestID(try row.uuid(0))
            last = request
            if try row.int32(2) < row.int32(1), try !row.bool(3) { missing.append((request, try row.int32(1))) }
        }
        return (missing, last)
    }

    /// The events after what was counted, up to what is to be.
    static func events(
        of foldings: [Folding], on connection: PostgresConnection
    ) async throws -> [RequestID: [RequestEvent]] {
        guard !foldings.isEmpty else { return [:] }
        let rows = try await connection.query(
            """
            select e.body
            from unnest($1::uuid[], $2::int[], $3::int[]) as n (request_id, counted, through)
            cross join lateral (
                select q.body
                from tuesday.event q
                where q.request_id = n.request_id and q.seq > n.counted and q.seq <= n.through
                order by q.seq
                offset 0) e
            """,
            [
                .uuids(foldings.map(\.request.value)), .int32s(foldings.map(\.counted)),
                .int32s(foldings.map(\.through)),
            ])
        var events: [RequestID: [RequestEvent]] = [:]
        for row in rows {
            let event = try event(try row.utf8(0))
            events[event.request, default: []].append(event)
        }
        for folding in foldings {
            let found = events[folding.request]?.count ?? 0
            guard found == Int(folding.through - folding.counted) else {
                throw LaneFault.failed(
                    "request \(folding.request) has \(found) events from \(folding.counted + 1) to \(folding.through) in PostgreSQL; run tuesday verify"
                )
            }
        }
        return events
    }

    static func event(_ body: [UInt8]) throws -> RequestEvent {
        do { return try RequestEventRecord.event(body) } catch {
            throw LaneFault.failed("an event in PostgreSQL cannot be read: \(error.detail)")
        }
    }

    /// New rows first, in order of id: when one of them was counted before, or another lane counts it too, its index entry
    /// says so, and the whole is done again. So it is when an old row counts up to another event than was thought.
    static func write(_ foldings: [Folding], on connection: PostgresConnection) async throws {
        let new = foldings.filter { $0.last == nil }
        if !new.isEmpty {
            var rows = PostgresCopyBuffer(columns: 2, reserve: new.count * 30)
            for folding in new {
                rows.beginRow()
                rows.append(uuid: folding.request.value)
                rows.append(int32: folding.through)
            }
            try await connection.copy(into: "tuesday.statistic_fold (request_id, last_seq)", rows)
        }
        let old = foldings.filter { $0.last != nil }
        guard !old.isEmpty else { return }
        let results = try await connection.pipeline([
            PostgresCall(
                """
                update tuesday.statistic_fold f
                set last_seq = n.last_seq
                from (
                    select q.ctid as place, n.last_seq, n.counted
                    from unnest($1::uuid[], $2::int[], $3::int[]) as n (request_id, last_seq, counted)
                    cross join lateral (
                        select q.ctid
                        from tuesday.statistic_fold q
                        where q.request_id = n.request_id
                        offset 0) q) n
                where f.ctid = n.place and f.last_seq = n.counted
                """,
                [
                    .uuids(old.map(\.request.value)), .int32s(old.map(\.through)), .int32s(old.map(\.counted)),
                ])
        ])
        if results[0].affected != old.count { throw LaneTransaction.TryAgain() }
    }
}
