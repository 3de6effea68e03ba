import Contracts
import Domain
import PostgresClient
import Workflow

/// The statements about rows of `tuesday.deadline`.
enum DeadlineStatements {
    /// In the order in which everybody locks several: those that ``settle(_:)`` may change. Answers `(request_id, kind,
    /// epoch)`.
    static func lock(_ requests: Set<RequestID>) -> PostgresCall {
        PostgresCall(
            """
            select d.request_id, d.kind, d.epoch
            from unnest($1::uuid[]) as n (id)
            cross join lateral (
                select q.request_id, q.kind, q.epoch
                from tuesday.deadline q
                where q.request_id = n.id and q.met_at is null
                order by q.request_id, q.kind, q.epoch
                for no key update) d
            """, [.uuids(requests.map(\.value).sorted())])
    }

    /// Answers `(request_id, kind, epoch, whether it was kept)`.
    static func known(_ requests: [RequestID]) -> PostgresCall {
        PostgresCall(
            """
            select request_id, kind, epoch, met_at is not null
            from tuesday.deadline
            where request_id = any($1)
            """, [.uuids(requests.map(\.value))])
    }

    /// Answers `(request_id, at)` of the last reopening.
    static func reopenings(_ requests: [RequestID]) -> PostgresCall {
        PostgresCall(
            """
            select n.id, e.at
            from unnest($1::uuid[]) as n (id)
            cross join lateral (
                select q.at
                from tuesday.event q
                where q.request_id = n.id and q.type = $2
                order by q.seq desc
                limit 1) e
            """, [.uuids(requests.map(\.value)), .int16(EventType.reopened.rawValue)])
    }

    /// Nothing fires any more on promises that were kept or are void. Kept is what an event after the promise and before
    /// the next of its kind says: the owner took up the assignment, the answer was given. The rest is void: declined,
    /// handed over, withdrawn. A promise that was broken may still be kept late, and one that its instant found kept already is
    /// written down as kept here: whoever reads the record again must see it.
    ///
    /// The events say it, not the present row: several moves may lie between two looks at a request.
    static func settle(_ settled: [SettledPromises]) -> PostgresCall {
        PostgresCall(
            """
            update tuesday.deadline d
            set next_at = null, met_at = n.met_at
            from (
                select q.ctid as place, k.at as met_at
                from unnest($1::uuid[], $2::smallint[], $3::int[]) as n (request_id, kind, last_epoch)
                cross join lateral (
                    select q.ctid, q.epoch, q.next_at
                    from tuesday.deadline q
                    where q.request_id = n.request_id
                      and q.kind = n.kind
                      and q.epoch <= n.last_epoch
                      and q.met_at is null
                    offset 0) q
                left join lateral (
                    select e.at
                    from (
                        select v.seq, v.at, v.type,
                            count(*) filter (where v.type = case n.kind when $4 then $5 else $6 end)
                                over (order by v.seq) as epoch
                        from tuesday.event v
                        where v.request_id = n.request_id) e
                    where e.epoch = q.epoch and e.type = any(case n.kind when $4 then $7 else $8 end)
                    order by e.seq
                    limit 1) k on true
                where q.next_at is not null or k.at is not null) n
            where d.ctid = n.place
            """,
            [
                .uuids(settled.map(\.request.value)), .int16s(settled.map(\.kind.rawValue)),
                .int32s(settled.map(\.lastEpoch)), .int16(DeadlineKind.acknowledge.rawValue),
                .int16(EventType.assigned.rawValue), .int16(EventType.reopened.rawValue),
                .int16s([EventType.acknowledged, .started, .resolved].map(\.rawValue)),
                .int16s([EventType.resolved.rawValue]),
            ])
    }

    /// Those of parked requests are left; they fire late when the request is released, and that they are late is recorded.
    /// Answers the columns ``Domain/Deadline/init(row:)`` reads.
    static func due(_ now: Instant, limit: Int) -> PostgresCall {
        PostgresCall(
            """
            select d.request_id, d.kind, d.epoch, d.remind_at, d.due_at, d.escalate_at, d.stage
            from tuesday.deadline d
            where d.next_at <= $1
              and not exists (
                select from tuesday.parked p
                where p.consumer_group = $3 and p.request_id = d.request_id)
            order by d.next_at
            limit $2
            for no key update of d skip locked
            """,
            [
                .timestamp(microseconds: now.microseconds), .int64(Int64(limit)),
                .text(ConsumerGroup.followup.rawValue),
            ])
    }

    /// Not one that fired, was kept or became void meanwhile.
    static func postpone(_ deadline: Deadline, to later: Instant) -> PostgresCall {
        PostgresCall(
            """
            update tuesday.deadline
            set next_at = $5
            where request_id = $1 and kind = $2 and epoch = $3 and stage = $4 and next_at < $5
            """,
            [
                .uuid(deadline.request.value), .int16(deadline.kind.rawValue), .int32(deadline.epoch),
                .int16(deadline.stage.rawValue), .timestamp(microseconds: later.microseconds),
            ])
    }

    static func write(_ fired: [FiredDeadline]) -> PostgresCall {
        PostgresCall(
            """
            update tuesday.deadline d
            set stage = n.stage,
                next_at = n.next_at,
                reminded_at = coalesce(d.reminded_at, n.reminded_at),
                breached_at = coalesce(d.breached_at, n.breached_at),
                escalated_at = coalesce(d.escalated_at, n.escalated_at)
            from (
                select q.ctid as place, n.*
                from unnest($1::uuid[], $2::smallint[], $3::int[], $4::smallint[], $5::timestamptz[], $6::timestamptz[],
                        $7::timestamptz[], $8::timestamptz[])
                    as n (request_id, kind, epoch, stage, next_at, reminded_at, breached_at, escalated_at)
                cross join lateral (
                    select q.ctid
                    from tuesday.deadline q
                    where q.request_id = n.request_id and q.kind = n.kind and q.epoch = n.epoch
                    offset 0) q) n
            where d.ctid = n.place
            """,
            [
                .uuids(fired.map(\.deadline.request.value)), .int16s(fired.map(\.deadline.kind.rawValue)),
                .int32s(fired.map(\.deadline.epoch)), .int16s(fired.map(\.stage.rawValue)),
                .optionalTimestamps(fired.map(\.nextAt?.microseconds)),
                .optionalTimestamps(fired.map(\.remindedAt?.microseconds)),
                .optionalTimestamps(fired.map(\.breachedAt?.microseconds)),
                .optionalTimestamps(fired.map(\.escalatedAt?.microseconds)),
            ])
    }
}

/// What is left of a deadline that was looked at, and what happened to it.
struct FiredDeadline {
    let deadline: Deadline
    var stage = DeadlineStage.done
    var nextAt: Instant?
    var remindedAt: Instant?
    var breachedAt: Instant?
    /// The stage after the breach fired: the lead was told, or the request taken from its owner.
    var escalatedAt: Instant?

    /// Nothing happened and nothing will.
    init(_ deadline: Deadline) {
        self.deadline = deadline
    }

    init(_ deadline: Deadline, _ firing: Firing, now: Instant) {
        self.deadline = deadline
        stage = firing.stage
        nextAt = firing.nextAt
        for outcome in firing.outcomes {
            switch outcome {
            case .obsolete: break
            case .remind: remindedAt = now
            case .breach: breachedAt = now
            case .handOver, .escalate: escalatedAt = now
            }
        }
    }
}

extension Deadline {
    /// From the columns request, kind, epoch, remind at, due at, escalate at, stage.
    init(row: PostgresRow) throws {
        guard let kind = DeadlineKind(rawValue: try row.int16(1)), let stage = DeadlineStage(rawValue: try row.int16(6))
        else {
            throw PostgresFailure(
                .decode, "a deadline has the unknown kind \(try row.int16(1)) or stage \(try row.int16(6))")
        }
        self.init(
            request: RequestID(try row.uuid(0)), kind: kind, epoch: try row.int32(2),
            remindAt: Instant(microseconds: try row.timestamp(3)),
            dueAt: Instant(microseconds: try row.timestamp(4)),
            escalateAt: Instant(microseconds: try row.timestamp(5)), stage: stage)
    }
}
