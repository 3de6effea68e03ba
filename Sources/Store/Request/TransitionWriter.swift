import Domain
import PostgresClient

/// Collects the transitions one transaction decided, and writes them set-wise: requests, ends of assignments,
/// feedback, events, notes; then, as the last locks, the loads of the cadres who have room again.
///
/// The requests must be locked by the transaction (``RequestRow/lock(_:on:)``), or presumed.
struct TransitionWriter {
    private struct Change {
        var status: RequestStatus
        var eventCount: Int32 = 0
        var assignedAt: Instant?
        var acknowledgedAt: Instant?
        var closedAt: Instant?

        /// Nothing but one assignment.
        var isAssigned: Bool { eventCount == 1 && assignedAt != nil }
    }

    private struct Ended {
        var request: RequestID
        var number: Int32
        var at: Instant
        var because: EventType
    }

    private var changes: [Change] = []
    private var indexOf: [RequestID: Int] = [:]
    private var ended: [Ended] = []
    private var rated: [RequestEvent] = []
    private var notes: [Note] = []
    private(set) var events: [RequestEvent] = []
    private(set) var released: [Cadre.ID: Int32] = [:]

    /// Add them in the order in which they happened.
    mutating func add(_ transition: Transition, note: String? = nil) {
        let event = transition.event
        let index: Int
        if let known = indexOf[event.request] {
            index = known
        } else {
            index = changes.count
            indexOf[event.request] = index
            changes.append(Change(status: transition.status))
        }
        changes[index].status = transition.status
        changes[index].eventCount += 1
        switch event.type {
        case .assigned: changes[index].assignedAt = event.at
        case .acknowledged: changes[index].acknowledgedAt = event.at
        case .confirmed, .withdrawn: changes[index].closedAt = event.at
        case .rated: rated.append(event)
        default: break
        }
        if transition.endsAssignment {
            ended.append(
                Ended(request: event.request, number: transition.status.assignment, at: event.at, because: event.type))
        }
        if let cadre = transition.released { released[cadre, default: 0] += 1 }
        events.append(event)
        if let note { notes.append(Note(event: event, text: note)) }
    }

    /// Writes everything but the loads.
    ///
    /// - Parameter presuming: some of the requests were not locked but presumed to be in the state the transitions begin
    ///   with.
    /// - Throws: ``LaneTransaction/TryAgain`` when one of them is not.
    func write(in transaction: inout LaneTransaction, presuming: Bool = false) async throws {
        guard !changes.isEmpty else { return }
        var calls = [changes.allSatisfy(\.isAssigned) ? assign() : update()]
        if !ended.isEmpty {
            calls.append(
                PostgresCall(
                    """
                    update tuesday.assignment a
                    set ended_at = n.at, ended_because = n.because
                    from (
                        select q.ctid as place, n.at, n.because
                        from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::smallint[])
                            as n (request_id, number, at, because)
                        cross join lateral (
                            select q.ctid
                            from tuesday.assignment q
                            where q.request_id = n.request_id and q.number = n.number
                            offset 0) q) n
                    where a.ctid = n.place
                    """,
                    [
                        .uuids(ended.map(\.request.value)), .int32s(ended.map(\.number)),
                        .timestamps(ended.map(\.at.microseconds)), .int16s(ended.map(\.because.rawValue)),
                    ]))
        }
        if !rated.isEmpty {
            calls.append(
                PostgresCall(
                    """
                    insert into tuesday.feedback (request_id, at, county_id, cadre_id, rating)
                    select n.request_id, n.at, n.county_id,
                        (select a.cadre_id from tuesday.assignment a where a.request_id = n.request_id
                         order by a.number desc limit 1),
                        n.rating
                    from unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::smallint[])
                        as n (request_id, at, county_id, rating)
                    on conflict (request_id) do nothing
                    """,
                    [
                        .uuids(rated.map(\.request.value)), .timestamps(rated.map(\.at.microseconds)),
                        .int32s(rated.map(\.place.county.rawValue)), .int16s(rated.map { $0.rating ?? 0 }),
                    ]))
        }
        let results = try await transaction.connection.pipeline(calls)
        if presuming, results[0].affected != changes.count { throw LaneTransaction.TryAgain() }
        precondition(
            results[0].affected == changes.count,
            "\(changes.count) locked requests were to change, \(results[0].affected) did: seq must only be raised under the row's lock")
        try await transaction.append(events)
        try await Note.write(notes, on: transaction.connection)
    }

    /// Gives the cadres their room back; call it last, nothing may be locked after it.
    func releaseLoads(on connection: PostgresConnection) async throws {
        guard !released.isEmpty else { return }
        try await connection.pipeline(LoadStatements.add(released.mapValues { -$0 }))
    }

    /// As ``update()``, where all of them are assigned and nothing else: less than half of the columns, and most of what
    /// a router does (measured: a quarter of the statement's time).
    private func assign() -> PostgresCall {
        PostgresCall(
            """
            update tuesday.request r
            set last_seq = n.last_seq,
                state = $2,
                owner_id = n.owner_id,
                waiting_reason = null,
                assignment = n.assignment,
                assigned_at = n.assigned_at
            from (
                select q.ctid as place, n.*
                from unnest($1::uuid[], $3::int[], $4::int[], $5::int[], $6::timestamptz[])
                    as n (id, last_seq, owner_id, assignment, assigned_at)
                cross join lateral (
                    select q.ctid
                    from tuesday.request q
                    where q.id = n.id
                    offset 0) q) n
            where r.ctid = n.place and r.last_seq + 1 = n.last_seq
            """,
            [
                .uuids(changes.map(\.status.id.value)), .int16(RequestState.assigned.rawValue),
                .int32s(changes.map(\.status.lastSeq)), .optionalInt32s(changes.map(\.status.owner?.rawValue)),
                .int32s(changes.map(\.status.assignment)),
                .optionalTimestamps(changes.map(\.assignedAt?.microseconds)),
            ])
    }

    private func update() -> PostgresCall {
        PostgresCall(
            """
            update tuesday.request r
            set last_seq = r.last_seq + n.event_count,
                state = n.state,
                owner_id = n.owner_id,
                waiting_reason = n.waiting_reason,
                assignment = n.assignment,
                timer_epoch = n.timer_epoch,
                assigned_at = coalesce(n.assigned_at, r.assigned_at),
                acknowledged_at = coalesce(n.acknowledged_at, r.acknowledged_at),
                resolved_at = n.resolved_at,
                closed_at = case when n.state in (6, 7) then coalesce(n.closed_at, r.closed_at) end,
                rating = n.rating
            from (
                select q.ctid as place, n.*
                from unnest($1::uuid[], $2::int[], $3::int[], $4::smallint[], $5::int[], $6::smallint[], $7::int[],
                        $8::int[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[],
                        $13::smallint[])
                    as n (id, last_seq, event_count, state, owner_id, waiting_reason, assignment, timer_epoch,
                        assigned_at, acknowledged_at, resolved_at, closed_at, rating)
                cross join lateral (
                    select q.ctid
                    from tuesday.request q
                    where q.id = n.id
                    offset 0) q) n
            where r.ctid = n.place and r.last_seq + n.event_count = n.last_seq
            """,
            [
                .uuids(changes.map(\.status.id.value)), .int32s(changes.map(\.status.lastSeq)),
                .int32s(changes.map(\.eventCount)), .int16s(changes.map(\.status.state.rawValue)),
                .optionalInt32s(changes.map(\.status.owner?.rawValue)),
                .optionalInt16s(changes.map(\.status.reason?.rawValue)), .int32s(changes.map(\.status.assignment)),
                .int32s(changes.map(\.status.timerEpoch)),
                .optionalTimestamps(changes.map(\.assignedAt?.microseconds)),
                .optionalTimestamps(changes.map(\.acknowledgedAt?.microseconds)),
                .optionalTimestamps(changes.map(\.status.resolvedAt?.microseconds)),
                .optionalTimestamps(changes.map(\.closedAt?.microseconds)),
                .optionalInt16s(changes.map(\.status.rating)),
            ])
    }
}
