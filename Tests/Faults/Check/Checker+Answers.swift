import Domain
import PostgresClient

/// I2: each message that a state owes somebody is written once, and to the right one.
extension Checker {
    func announcements() async throws -> [String] {
        let assigned = try await installation.ask { connection in
            try await connection.query(
                """
                select true, request_id::text, 'notification: assigned to cadre:' || cadre_id, assigned_at
                from tuesday.assignment
                union all
                select false, request_id::text, 'notification: assigned to ' || recipient, at
                from tuesday.notification
                where template = 'assigned'
                """
            ).map { row in
                (
                    isOwed: try row.bool(0),
                    telling: Tellings.Telling(
                        request: try row.string(1), what: try row.string(2), at: try row.timestamp(3))
                )
            }
        }
        return Tellings.problems(
            "I2", expected: assigned.filter(\.isOwed).map(\.telling), told: assigned.filter { !$0.isOwed }.map(\.telling))
            + Answers.problems(try await answerPromises(), told: try await answerMessages(), isDone: isDone)
    }

    /// A row that was written down as kept is never written again: it carries the transaction that did it.
    private func answerPromises() async throws -> [Answers.Promise] {
        let (resolved, reopened) = (EventType.resolved.rawValue, EventType.reopened.rawValue)
        let sql = """
            with answer as (
                select distinct e.request_id, e.epoch
                from (
                    select v.request_id, v.type,
                        count(*) filter (where v.type = \(reopened)) over (partition by v.request_id order by v.seq) as epoch
                    from tuesday.event v
                    where v.type in (\(resolved), \(reopened))) e
                where e.type = \(resolved)
            ), promise as (
                select d.request_id, d.epoch::bigint as epoch, case when d.met_at is not null then d.xmin::text end as kept_by
                from tuesday.deadline d
                where d.kind = \(DeadlineKind.resolve.rawValue)
            )
            select coalesce(p.request_id, a.request_id)::text, coalesce(p.epoch, a.epoch)::int, a.request_id is not null,
                coalesce(r.state = \(RequestState.resolved.rawValue) and r.timer_epoch = a.epoch, false), p.kept_by
            from promise p
            full join answer a on a.request_id = p.request_id and a.epoch = p.epoch
            left join tuesday.request r on r.id = a.request_id
            where p.kept_by is not null or a.request_id is not null
            """
        return try await installation.ask { connection in
            try await connection.query(PostgresStatement(unprepared: sql)).map { row in
                Answers.Promise(
                    request: try row.string(0), epoch: try row.int32(1), isAnswered: try row.bool(2),
                    isStanding: try row.bool(3), keptBy: try row.optionalString(4))
            }
        }
    }

    private func answerMessages() async throws -> [Answers.Message] {
        try await installation.ask { connection in
            try await connection.query(
                "select request_id::text, recipient, xmin::text from tuesday.notification where template = 'resolved'"
            ).map { Answers.Message(request: try $0.string(0), recipient: try $0.string(1), by: try $0.string(2)) }
        }
    }
}
