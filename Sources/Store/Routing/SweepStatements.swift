import Domain
import PostgresClient

/// The look through the lanes' events for requests that no record brought to a router.
///
/// A lane's events become visible in order of `lane_seq`, because the lane is locked when they are numbered. So a
/// number to which everything was looked at is enough to look at each event once.
enum SweepStatements {
    /// Events looked at in one transaction.
    static let window = 2_000

    /// Events that leave a request to the router.
    static let types: [EventType] = [.received, .declined, .handedOver, .reopened]

    /// A row for each lane that has none yet.
    static let begin: PostgresStatement = """
        insert into tuesday.routing_sweep (lane_id)
        select l.id
        from tuesday.lane l
        where not exists (select from tuesday.routing_sweep s where s.lane_id = l.id)
        order by l.id
        on conflict do nothing
        """

    /// Takes the lane that was marked first: one whose mark is old enough, or that published more since everything up
    /// to its mark was looked at. Answers `(lane_id, swept_through, marked_through, published_through)`.
    static func take(after grace: Duration) -> PostgresCall {
        PostgresCall(
            """
            select s.lane_id, s.swept_through, s.marked_through, l.published_through
            from tuesday.routing_sweep s
            join tuesday.lane l on l.id = s.lane_id
            where case
                when s.swept_through < s.marked_through
                    then s.marked_at <= clock_timestamp() - $1 * interval '1 second'
                else l.published_through > s.marked_through end
            order by s.marked_at
            limit 1
            for update of s skip locked
            """, [.int64(grace.components.seconds)])
    }

    /// Gives undecided requests among the next events a waiting row that is due at once, and moves on; when the mark is
    /// reached, sets the next. Answers `(events looked at, rows made, whether it was held up)`.
    ///
    /// A waiting row is made only by whoever has its request's lock, so that who has it knows whether there is one. It waits
    /// for none of these locks: where somebody has a request, it goes no further than to the event before.
    ///
    /// To be run after ``take(after:)`` and not with it: only a statement that begins under the lock sees every event
    /// up to a mark another router has just set.
    static func sweep(_ taken: TakenLane) -> PostgresCall {
        PostgresCall(
            nextEvents,
            [
                .int32(taken.lane), .int64(taken.sweptThrough), .int64(taken.markedThrough),
                .int64(taken.publishedThrough), .int16(RequestState.waiting.rawValue),
                .int16(WaitingReason.routing.rawValue), .int16s(types.map(\.rawValue)),
            ])
    }

    /// The lateral join finds each request by its key, however many events the planner expects.
    private static let nextEvents = PostgresStatement(
        """
        with seen as materialized (
            select e.lane_seq, e.request_id, e.type
            from tuesday.event e
            where e.lane_id = $1 and e.lane_seq > $2 and e.lane_seq <= $3
            order by e.lane_seq
            limit \(window)),
        undecided as materialized (
            select s.lane_seq, u.*, h.id is not null as is_ours
            from (
                select e.request_id, min(e.lane_seq) as lane_seq
                from seen e
                where e.type = any($7)
                  and not exists (select from tuesday.waiting w where w.request_id = e.request_id)
                group by e.request_id) s
            cross join lateral (
                select q.id, q.county_id, q.village_id, q.service_id, q.priority
                from tuesday.request q
                where q.id = s.request_id and q.state = $5 and q.waiting_reason = $6
                limit 1) u
            left join lateral (
                select q.id
                from tuesday.request q
                where q.id = u.id and q.state = $5 and q.waiting_reason = $6
                for no key update skip locked) h on true),
        made as (
            insert into tuesday.waiting (request_id, since, retry_at, decided_at, register_version, county_id,
                village_id, service_id, attempts, reason, priority)
            select u.id, n.now, n.now, n.now, 0, u.county_id, u.village_id, u.service_id, 0, $6, u.priority
            from undecided u
            cross join (select clock.now() as now) n
            where u.is_ours
            order by u.id
            on conflict (request_id) do nothing
            returning request_id)
        update tuesday.routing_sweep s
        set swept_through = n.through,
            marked_through = case when n.through = s.marked_through
                then greatest(s.marked_through, $4) else s.marked_through end,
            marked_at = case when n.through = s.marked_through then clock_timestamp() else s.marked_at end
        from (
            select e.looked_at, h.held_at is not null as is_held_up,
                coalesce(h.held_at - 1, case when e.looked_at < \(window) then $3 else e.last end) as through
            from (select count(*) as looked_at, max(lane_seq) as last from seen) e
            cross join (select min(lane_seq) as held_at from undecided where not is_ours) h) n
        cross join (select count(*) as made from made) m
        where s.lane_id = $1
        returning n.looked_at, m.made, n.is_held_up
        """)
}

/// A lane to be looked through, its row locked.
struct TakenLane {
    let lane: Int32
    let sweptThrough: Int64
    let markedThrough: Int64
    let publishedThrough: Int64

    /// From the columns of ``SweepStatements/take(after:)``.
    init(row: PostgresRow) throws {
        lane = try row.int32(0)
        sweptThrough = try row.int64(1)
        markedThrough = try row.int64(2)
        publishedThrough = try row.int64(3)
    }
}
