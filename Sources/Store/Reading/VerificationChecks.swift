import Contracts

/// The rules, roughly in order of importance.
enum VerificationChecks {
    static let all = requests + path + owners + waiting + promises + lanes + references + statistics + progress

    private static let requests = [
        VerificationCheck(
            name: "events are numbered without gaps",
            sql: """
                select format('request %s has events up to %s, %s of them, and its row says %s', coalesce(r.id, e.request_id),
                    coalesce(e.last, 0), coalesce(e.count, 0), coalesce(r.last_seq::text, 'nothing: there is no such request'))
                from tuesday.request r
                full join (
                    select request_id, max(seq) as last, count(*) as count
                    from tuesday.event
                    group by request_id) e on e.request_id = r.id
                where r.id is null or e.request_id is null or e.last <> r.last_seq or e.count <> r.last_seq
                """),
        VerificationCheck(
            name: "every open request has an owner or a reason, never both",
            sql: """
                select format('request %s in state %s has owner %s and reason %s', id, state,
                    coalesce(owner_id::text, 'none'), coalesce(waiting_reason::text, 'none'))
                from tuesday.request
                where (state <= 4 and (owner_id is null) = (waiting_reason is null))
                   or (state > 4 and (owner_id is not null or waiting_reason is not null))
                """),
        VerificationCheck(
            name: "an idempotency key names a request",
            sql: """
                select format('key %s names request %s, which does not exist', k.key, k.request_id)
                from tuesday.idempotency_key k
                left join tuesday.request r on r.id = k.request_id
                where r.id is null
                """),
        VerificationCheck(
            name: "every request has its submission",
            sql: """
                select format('request %s has no submission', r.id)
                from tuesday.request r
                left join personal.submission s on s.request_id = r.id
                where s.request_id is null
                """),
    ]

    private static let owners = [
        VerificationCheck(
            name: "an owned request has exactly one open assignment, its last, to its owner",
            sql: """
                select format('request %s with owner %s has %s open assignments, the last number %s to cadre %s',
                    coalesce(r.id, a.request_id), coalesce(r.owner_id::text, 'none'), coalesce(a.count, 0),
                    coalesce(a.number::text, 'none'), coalesce(a.cadre_id::text, 'none'))
                from (select id, owner_id, assignment from tuesday.request where owner_id is not null) r
                full join (
                    select request_id, count(*) as count, max(number) as number,
                        (array_agg(cadre_id order by number desc))[1] as cadre_id
                    from tuesday.assignment
                    where ended_at is null
                    group by request_id) a on a.request_id = r.id
                where r.id is null or a.request_id is null or a.count <> 1 or a.number <> r.assignment
                   or a.cadre_id <> r.owner_id
                """),
        VerificationCheck(
            name: "assignments are numbered without gaps",
            sql: """
                select format('request %s was assigned %s times and has %s assignments up to number %s', r.id, r.assignment,
                    coalesce(a.count, 0), coalesce(a.last, 0))
                from tuesday.request r
                left join (
                    select request_id, count(*) as count, max(number) as last
                    from tuesday.assignment
                    group by request_id) a on a.request_id = r.id
                where coalesce(a.count, 0) <> r.assignment or coalesce(a.last, 0) <> r.assignment
                """),
        VerificationCheck(
            name: "a cadre's load is the number of requests owned",
            sql: """
                select format('cadre %s has load %s and owns %s requests', coalesce(l.cadre_id, r.owner_id),
                    coalesce(l.open::text, 'none'), coalesce(r.count, 0))
                from register.cadre_load l
                full join (
                    select owner_id, count(*) as count
                    from tuesday.request
                    where owner_id is not null
                    group by owner_id) r on r.owner_id = l.cadre_id
                where coalesce(l.open, -1) <> coalesce(r.count, 0)
                """),
        // Whatever a cadre owns was owned when the last of it was given, and there was room for it then. The capacity that
        // counts is the one the reservation met: of the version by which it was decided, or of a later one.
        VerificationCheck(
            name: "no cadre was given more than the capacity",
            sql: """
                select format('cadre %s owns %s requests, and since the last was given had capacity for no more than %s',
                    l.cadre_id, l.open, c.capacity)
                from register.cadre_load l
                left join (
                    select cadre_id, max(register_version) as version
                    from tuesday.assignment
                    where ended_at is null
                    group by cadre_id) a on a.cadre_id = l.cadre_id
                cross join lateral (
                    select greatest(l.capacity, max((h.entry ->> 'capacity')::int)) as capacity
                    from register.history h
                    where h.county_id = l.county_id and h.entity = 'cadre' and h.entry_id = l.cadre_id
                      and h.until_version > coalesce(a.version, 0)) c
                where l.open > c.capacity
                """),
    ]

    private static let waiting = [
        VerificationCheck(
            name: "a request waits for a found reason exactly while it has a waiting row",
            sql: """
                select format('request %s waits for reason %s and its waiting row says %s', coalesce(r.id, w.request_id),
                    coalesce(r.waiting_reason::text, 'none'), coalesce(w.reason::text, 'nothing: there is none'))
                from (select id, waiting_reason from tuesday.request where waiting_reason > 1) r
                full join tuesday.waiting w on w.request_id = r.id
                left join tuesday.request q on q.id = w.request_id
                where (r.id is not null and (w.request_id is null or w.reason <> r.waiting_reason))
                   or (w.request_id is not null and q.id is null)
                """),
        VerificationCheck(
            name: "a request that waits for the router has a timer once its event was looked at",
            sql: """
                select format('request %s waits to be routed, and its event was looked at without setting a timer', r.id)
                from tuesday.request r
                left join tuesday.waiting w on w.request_id = r.id
                where r.state = 1 and r.waiting_reason = 1 and w.request_id is null
                  and not exists (
                    select
                    from tuesday.event e
                    left join tuesday.routing_sweep s on s.lane_id = e.lane_id
                    where e.request_id = r.id and e.type in (1, 7, 8, 10) and e.lane_seq > coalesce(s.swept_through, 0))
                """),
        VerificationCheck(name: "no waiting request is passed over", sql: passedOverWaiting),
    ]

    /// Whoever routes also tries waiting requests again: at once when it begins, then at least every hour, the longest overdue
    /// first. So one whose time had come two hours before something was decided, and that still has the same time five
    /// minutes after that, was passed over. Where nobody routes, nobody passes anything over. Requests that the router
    /// ever left alone are not looked at.
    private static let passedOverWaiting = """
        with latest as materialized (
            select greatest(
                (select max(a.assigned_at) from tuesday.assignment a where a.assigned_at < t.long_ago),
                (select max(q.decided_at) from tuesday.waiting q where q.decided_at < t.long_ago)) as decided_at
            from (select clock.now() - interval '5 minutes' as long_ago) t
        )
        select format('request %s was to be tried again at %s, and was not; at %s another one was decided', w.request_id,
            w.retry_at, l.decided_at)
        from latest l
        join tuesday.waiting w on w.retry_at < l.decided_at - interval '2 hours'
        where not exists (
            select from tuesday.parked p
            where p.request_id = w.request_id and p.consumer_group = '\(ConsumerGroup.router.rawValue)')
          and not exists (
            select from tuesday.dead_letter p
            where p.request_id = w.request_id and p.consumer_group = '\(ConsumerGroup.router.rawValue)')
          and not exists (select from clock.virtual)
        """

    private static let lanes = [
        VerificationCheck(
            name: "a lane's messages are numbered without gaps",
            sql: """
                select format('lane %s has %s messages numbered up to %s, and its row says %s', coalesce(l.id, m.lane_id),
                    coalesce(m.count, 0), coalesce(m.last, 0), coalesce(l.lane_seq::text, 'nothing: there is no such lane'))
                from tuesday.lane l
                full join (
                    select lane_id, sum(count)::bigint as count, max(lane_seq) as last
                    from (
                        select lane_id, lane_seq, 1 as count from tuesday.event
                        union all
                        select lane_id, lane_seq, 1 from tuesday.notification
                        union all
                        select lane_id, lane_seq, 1 from tuesday.dead_letter
                        union all
                        select lane_id, lane_seq, 1 from tuesday.directory_entry
                        union all
                        select lane_id, lane_seq, 1 from tuesday.closed_window
                        union all
                        select lane_id, lane_seq, event_count from tuesday.repetition) every
                    group by lane_id) m on m.lane_id = l.id
                where l.id is null or coalesce(m.count, 0) <> l.lane_seq or coalesce(m.last, 0) <> l.lane_seq
                """),
        VerificationCheck(
            name: "nothing is published that was not committed",
            sql: """
                select format('lane %s published up to %s and committed up to %s', id, published_through, lane_seq)
                from tuesday.lane
                where published_through > lane_seq
                """),
        VerificationCheck(
            name: "somebody publishes what is committed",
            sql: """
                select format('lane %s has %s unpublished messages, and nobody has held it for a minute', id,
                    lane_seq - published_through)
                from tuesday.lane
                where published_through < lane_seq
                  and greatest(lease_until, progressed_at) < clock_timestamp() - interval '1 minute'
                """),
        VerificationCheck(
            name: "what leaves once more exists",
            sql: """
                select format('events 1 to %s of request %s were to leave once more, and it has %s', p.event_count,
                    p.request_id, coalesce(r.last_seq, 0))
                from tuesday.repetition p
                left join tuesday.request r on r.id = p.request_id
                where r.id is null or p.event_count > r.last_seq
                """),
    ]

    private static let references = [
        VerificationCheck(
            name: "a request's place is in the register",
            sql: """
                select format('request %s names county %s, town %s, village %s, service %s, owner %s', r.id, r.county_id,
                    r.town_id, r.village_id, r.service_id, coalesce(r.owner_id::text, 'none'))
                from tuesday.request r
                left join register.village v on v.id = r.village_id and v.county_id = r.county_id
                left join register.town t on t.id = r.town_id and t.county_id = r.county_id
                left join register.service s on s.id = r.service_id and s.county_id = r.county_id
                left join register.cadre d on d.id = r.owner_id and d.county_id = r.county_id
                where v.id is null or t.id is null or s.id is null or (r.owner_id is not null and d.id is null)
                """),
        VerificationCheck(
            name: "an assignment names a request, a cadre and a register version that exist",
            sql: """
                select format('assignment %s of request %s names cadre %s and register version %s', a.number, a.request_id,
                    a.cadre_id, a.register_version)
                from tuesday.assignment a
                left join tuesday.request r on r.id = a.request_id
                left join register.cadre d on d.id = a.cadre_id
                left join register.county c on c.id = a.county_id
                where r.id is null or d.id is null or c.id is null or a.register_version > c.version
                """),
        VerificationCheck(
            name: "the directory names nobody who left",
            sql: """
                select format('cadre %s is not active, and the last entry, of register version %s, still names them',
                    e.cadre_id, e.register_version)
                from (
                    select distinct on (county_id, cadre_id) cadre_id, register_version, body
                    from tuesday.directory_entry
                    order by county_id, cadre_id, register_version desc) e
                left join register.cadre d on d.id = e.cadre_id
                where e.body is not null and d.is_active is not true
                """),
        VerificationCheck(
            name: "nothing is counted that did not happen",
            sql: """
                select format('request %s is counted up to event %s and has %s', f.request_id, f.last_seq,
                    coalesce(r.last_seq, 0))
                from tuesday.statistic_fold f
                left join tuesday.request r on r.id = f.request_id
                where r.id is null or f.last_seq > r.last_seq
                """),
    ]
}
