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
    /// reached, sets the next. Answers `(events looked at, rows made)`.
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
        made as (
            insert into tuesday.waiting (request_id, since, retry_at, decided_at, register_version, county_id,
                village_id, service_id, attempts, reason, priority)
            select distinct on (r.id) r.id, n.now, n.now, n.now, 0, r.county_id, r.village_id, r.service_id, 0, $6,
                r.priority
            from seen s
            cross join (select clock.now() as now) n
            cross join lateral (
                select q.id, q.county_id, q.village_id, q.service_id, q.priority
                from tuesday.request q
                where q.id = s.request_id and q.state = $5 and q.waiting_reason = $6
                limit 1) r
            where s.type = any($7)
              and not exists (select from tuesday.waiting w where w.request_id = r.id)
            order by r.id
            on conflict (request_id) do nothing
            returning request_id)
        update tuesday.routing_sweep s
        set swept_through = n.through,
            marked_through = case when n.through = s.marked_through
                then greatest(s.marked_through, $4) else s.marked_through end,
            marked_at = case when n.through = s.marked_through then clock_timestamp() else s.marked_at end
        from (
            select count(*) as looked_at,
                case when count(*) < \(window) then $3 else max(lane_seq) end as through
            from seen) n
        cross join (select count(*) as made from made) m
        where s.lane_id = $1
        returning n.looked_at, m.made
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
