import Domain

/// Rules about deadlines, and about what people were told.
///
/// A promise's row, the events and the messages that tell of it are written by one transaction under the request's lock.
/// Rules that compare instants of two transactions leave a minute between them (one that waited for a lock has an older
/// instant than the one it waited for), and do not look where a virtual clock may have made minutes of moments.
extension VerificationChecks {
    static let promises = [
        VerificationCheck(
            name: "no deadline fires before it is due",
            sql: """
                select format('deadline (%s, kind %s, epoch %s) fired early', request_id, kind, epoch)
                from tuesday.deadline
                where reminded_at < remind_at or breached_at < due_at or escalated_at < escalate_at
                union all
                select format('event %s of request %s says at %s that what was due at %s is broken', seq, request_id, at,
                    body::json ->> 'due_at')
                from tuesday.event
                where type = \(EventType.breached.rawValue) and at < (body::json ->> 'due_at')::timestamptz
                """),
        VerificationCheck(
            name: "a deadline waits for the instant of its stage",
            sql: """
                select format('deadline (%s, kind %s, epoch %s) at stage %s fires next at %s', request_id, kind, epoch, stage,
                    next_at)
                from tuesday.deadline
                where next_at is not null
                  and next_at is distinct from (array[remind_at, due_at, escalate_at])[stage + 1]
                """),
        VerificationCheck(
            name: "no stage of a deadline comes again, and no escalation without a breach",
            sql: """
                select format('deadline (%s, kind %s, epoch %s) at stage %s: reminded %s, breached %s, escalated %s', request_id,
                    kind, epoch, stage, coalesce(reminded_at::text, 'never'), coalesce(breached_at::text, 'never'),
                    coalesce(escalated_at::text, 'never'))
                from tuesday.deadline
                where (escalated_at is not null and breached_at is null)
                   or stage < case
                        when escalated_at is not null then 3
                        when breached_at is not null then 2
                        when reminded_at is not null then 1
                        else 0 end
                """),
        VerificationCheck(name: "what became of a promise is told once", sql: toldOnce),
        // The message is written with the assignment.
        VerificationCheck(
            name: "every assignment is told its cadre, once",
            sql: """
                select format('request %s was assigned to %s %s times, and told so %s times', request_id, recipient, assigned, told)
                from (
                    select request_id, recipient, sum(assigned) as assigned, sum(told) as told
                    from (
                        select request_id, 'cadre:' || cadre_id as recipient, 1 as assigned, 0 as told
                        from tuesday.assignment
                        union all
                        select request_id, recipient, 0, 1
                        from tuesday.notification
                        where template = 'assigned') every
                    group by request_id, recipient) s
                where assigned <> told
                """),
        // Follow-up tells of what it finds committed; of what was confirmed or reopened before it looked, it does not.
        VerificationCheck(
            name: "of an answer the resident is told, and no more often than there are answers",
            sql: """
                select format('request %s was answered %s times; the resident was told %s times, and somebody else %s times', request_id,
                    answered, told, astray)
                from (
                    select request_id, sum(answered) as answered, sum(told) as told, sum(astray) as astray
                    from (
                        select request_id, 1 as answered, 0 as told, 0 as astray
                        from tuesday.event
                        where type = \(EventType.resolved.rawValue)
                        union all
                        select request_id, 0, (recipient = 'resident')::int, (recipient <> 'resident')::int
                        from tuesday.notification
                        where template = 'resolved') every
                    group by request_id) s
                where told > answered or astray > 0
                """),
        VerificationCheck(
            name: "nothing is told of a promise that was kept or is void",
            sql: """
                select format('deadline (%s, kind %s, epoch %s), kept or void at %s, fired at %s', d.request_id, d.kind, d.epoch,
                    coalesce(d.met_at, r.closed_at), greatest(d.reminded_at, d.breached_at, d.escalated_at))
                from tuesday.deadline d
                join tuesday.request r on r.id = d.request_id
                where greatest(d.reminded_at, d.breached_at, d.escalated_at)
                    > coalesce(d.met_at, case when r.state = \(RequestState.withdrawn.rawValue) then r.closed_at end)
                        + interval '1 minute'
                  and not exists (select from clock.virtual)
                """),
        VerificationCheck(name: "no deadline is passed over", sql: passedOver),
        VerificationCheck(
            name: "a deadline belongs to a request",
            sql: """
                select format('deadline (%s, kind %s, epoch %s) belongs to no request', d.request_id, d.kind, d.epoch)
                from tuesday.deadline d
                left join tuesday.request r on r.id = d.request_id
                where r.id is null
                """),
        // Written by the transactions that accept and assign.
        VerificationCheck(
            name: "an accepted request has a promise to be resolved, an assigned one a promise to be acknowledged",
            sql: """
                select format('request %s in state %s lacks the promise of kind %s, epoch %s', r.id, r.state, n.kind, n.epoch)
                from tuesday.request r
                cross join lateral (values
                    (\(DeadlineKind.acknowledge.rawValue), r.assignment, r.state = \(RequestState.assigned.rawValue)),
                    (\(DeadlineKind.resolve.rawValue), 0, r.state <= \(RequestState.started.rawValue) and r.timer_epoch = 0))
                    as n (kind, epoch, is_due)
                left join tuesday.deadline d on d.request_id = r.id and d.kind = n.kind and d.epoch = n.epoch
                where n.is_due and d.request_id is null
                """),
    ]

    /// By request and kind, deadlines that fired against the events and messages that say so. A broken promise of an
    /// imported request is an event without a message.
    private static let toldOnce = """
        with told (template, kind, what) as (values \(templates))
        select format('request %s, to %s: %s reminded, %s breached, %s escalated; messages of %s reminders, %s breaches, '
            || '%s escalations and %s handings over; events of %s breaches and %s escalations', request_id, kind, reminded,
            breached, escalated, remind, breach, escalate, hand_over, breach_events, escalate_events)
        from (
            select request_id, kind, sum(reminded) as reminded, sum(breached) as breached, sum(escalated) as escalated,
                count(*) filter (where what = 'remind') as remind, count(*) filter (where what = 'breached') as breach,
                count(*) filter (where what = 'escalated') as escalate,
                count(*) filter (where what = 'handed_over') as hand_over,
                count(*) filter (where what = 'breach event') as breach_events,
                count(*) filter (where what = 'escalate event') as escalate_events
            from (
                select request_id, case kind when \(DeadlineKind.acknowledge.rawValue) then 'acknowledge' else 'resolve' end as kind,
                    (reminded_at is not null)::int as reminded, (breached_at is not null)::int as breached,
                    (escalated_at is not null)::int as escalated, '' as what
                from tuesday.deadline
                where reminded_at is not null or breached_at is not null or escalated_at is not null
                union all
                select request_id, body::json ->> 'deadline', 0, 0, 0,
                    case type when \(EventType.breached.rawValue) then 'breach event' else 'escalate event' end
                from tuesday.event
                where type in (\(EventType.breached.rawValue), \(EventType.escalated.rawValue))
                union all
                select n.request_id, t.kind, 0, 0, 0, t.what
                from tuesday.notification n
                join told t on t.template = n.template) every
            group by request_id, kind) s
        where remind <> reminded or breach_events <> breached or breach > breached or escalate_events <> escalate
           or escalate + hand_over <> escalated
        """

    private static let templates = DeadlineKind.allCases.flatMap { kind in
        ["remind", "breached", "escalated", "handed_over"].map { "('\($0)_\(kind.word)', '\(kind.word)', '\($0)')" }
    }.joined(separator: ", ")

    /// Follow-up fires in the order of due instants, and skips only what another transaction holds. So a deadline that was
    /// there and due when one fired that could not have been due before it was held by somebody, who five minutes later is
    /// through with it. A backlog does not count: it is fired from its old end. Of when a row began to exist, its earlier
    /// stages and its request's assignment tell; others are left, and so are requests that were ever parked.
    private static let passedOver = """
        with latest as (
            select d.remind_at, f.fired_at
            from tuesday.deadline d
            cross join lateral (values
                (d.reminded_at), (case when d.breached_at <> d.due_at then d.breached_at end), (d.escalated_at)) f (fired_at)
            where f.fired_at < clock.now() - interval '5 minutes'
            order by f.fired_at desc
            limit 1
        )
        select format('deadline (%s, kind %s, epoch %s) was to fire at %s; at %s one fired that came later', d.request_id, d.kind,
            d.epoch, d.next_at, l.fired_at)
        from latest l
        join tuesday.deadline d on d.next_at < l.remind_at
        left join tuesday.assignment a on a.request_id = d.request_id
            and a.number = case d.kind when \(DeadlineKind.acknowledge.rawValue) then d.epoch when \(DeadlineKind.resolve.rawValue)
                then case when d.epoch = 0 then 1 end end
        where coalesce(d.breached_at, d.reminded_at, a.assigned_at) < l.fired_at - interval '1 minute'
          and not exists (select from tuesday.parked p where p.request_id = d.request_id)
          and not exists (select from tuesday.dead_letter p where p.request_id = d.request_id)
          and not exists (select from clock.virtual)
        """
}
