import Domain
import PostgresClient

/// I5: promises fire once, in time, on requests that they concern; and what fired was told.
extension Checker {
    func promises() async throws -> [String] {
        var found = Firings.problems(try await Witness.firings(installation))
        let tellings = try await tellings()
        found += Tellings.problems(
            "I5", expected: tellings.filter(\.0).map(\.1), told: tellings.filter { !$0.0 }.map(\.1))
        guard isDone else { return found }
        // The county's clock stands by now.
        found += try await texts(
            """
            select format('I5: promise (%s, kind %s, epoch %s) is overdue, and nobody was told: stage %s', d.request_id, d.kind,
                d.epoch, d.stage)
            from tuesday.deadline d
            join tuesday.request r on r.id = d.request_id
            where ((d.kind = 1 and r.state = 2 and r.assignment = d.epoch)
                or (d.kind = 2 and r.state <= 4 and r.timer_epoch = d.epoch))
              and ((d.due_at < clock.now() - interval '1 second' and d.breached_at is null)
                or (d.escalate_at < clock.now() - interval '1 second' and d.escalated_at is null))
            """)
        found += try await texts(
            """
            select format('I5: request %s was assigned, and nobody promised to acknowledge it', r.id)
            from tuesday.request r
            where r.state = 2 and not exists (
                select from tuesday.deadline d
                where d.request_id = r.id and d.kind = 1 and d.epoch = r.assignment)
            """)
        return found
    }

    /// True: it should have been told, by the promises' rows. False: it was.
    private func tellings() async throws -> [(Bool, Tellings.Telling)] {
        let (breached, escalated, handedOver) = (EventType.breached, EventType.escalated, EventType.handedOver)
        let sql = """
            with promise as (
                select request_id::text as request, case kind when 1 then 'acknowledge' else 'resolve' end as word, due_at,
                    reminded_at, breached_at, escalated_at
                from tuesday.deadline
            )
            select true, request, 'event: breach of ' || word, due_at from promise where breached_at is not null
            union all
            select true, request, 'event: breach at', breached_at from promise where breached_at is not null
            union all
            select true, request, 'event: escalation at', escalated_at from promise where escalated_at is not null
            union all
            select true, request, 'notification: remind_' || word, due_at from promise where reminded_at is not null
            union all
            select true, request, 'notification: breached_' || word, due_at from promise where breached_at is not null
            union all
            select true, request, 'notification: escalated_' || word, due_at from promise where escalated_at is not null
            union all
            select false, request_id::text, 'event: breach of ' || (body::jsonb ->> 'deadline'),
                (body::jsonb ->> 'due_at')::timestamptz
            from tuesday.event
            where type = \(breached.rawValue)
            union all
            select false, request_id::text, 'event: breach at', at from tuesday.event where type = \(breached.rawValue)
            union all
            select false, request_id::text, 'event: escalation at', at
            from tuesday.event
            where type = \(escalated.rawValue)
               or (type = \(handedOver.rawValue) and body::jsonb ->> 'actor' = '\(Actor.system.word)')
            union all
            select false, request_id::text, 'notification: ' || regexp_replace(template, '^handed_over_', 'escalated_'),
                coalesce((body::jsonb ->> 'due_at')::timestamptz, at)
            from tuesday.notification
            where template not in ('assigned', 'resolved')
            """
        return try await installation.ask { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { row in
                (
                    try row.bool(0),
                    Tellings.Telling(request: try row.string(1), what: try row.string(2), at: try row.timestamp(3))
                )
            }
        }
    }
}
