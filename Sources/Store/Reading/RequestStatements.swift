import PostgresClient

/// The statements that read requests. Each finds its page by an index first, and only then joins the register.
enum RequestStatements {
    private static let columns = """
        r.id, r.county_id, r.town_id, r.village_id, r.service_id, r.state, r.owner_id, r.waiting_reason, r.last_seq,
            r.assignment, r.timer_epoch, r.accepted_at, r.resolved_at, r.rating, c.code, t.code, v.code, s.code, s.name,
            o.code, o.name, r.priority, r.submitted_at, r.assigned_at, r.acknowledged_at, r.closed_at
        """

    private static let register = """
        join register.county c on c.id = r.county_id
        join register.town t on t.id = r.town_id
        join register.village v on v.id = r.village_id
        join register.service s on s.id = r.service_id
        left join register.cadre o on o.id = r.owner_id
        """

    /// `$1` the ids.
    static let these = PostgresStatement(
        """
        select \(columns)
        from tuesday.request r
        \(register)
        where r.id = any($1)
        """)

    /// `$1` the requests' ids.
    static let events: PostgresStatement = """
        select seq, type, at, body, request_id
        from tuesday.event
        where request_id = any($1)
        order by request_id, seq
        """

    /// `$1` the requests' ids.
    static let deadlines: PostgresStatement = """
        select kind, epoch, due_at, met_at, breached_at, request_id
        from tuesday.deadline
        where request_id = any($1)
        order by request_id, due_at, kind, epoch
        """

    /// `$1` before which id, `$2` how many.
    static let newest = PostgresStatement(
        """
        select \(columns)
        from (
            select *
            from tuesday.request
            where id < $1
            order by id desc
            limit $2) r
        \(register)
        order by r.id desc
        """)

    /// `$1` open or not, `$2` before which id, `$3` how many, `$4` how many are looked through at most.
    static let newestOfState = PostgresStatement(
        """
        select \(columns)
        from (
            select *
            from (
                select *
                from tuesday.request
                where id < $2
                order by id desc
                limit $4) q
            where (q.state <= 4) = $1
            order by q.id desc
            limit $3) r
        \(register)
        order by r.id desc
        """)

    /// The last of those that ``newestOfState`` looks through, when there are so many: `$1` before which id, `$2` how many
    /// before the last.
    static let lookedThrough: PostgresStatement = """
        select id
        from tuesday.request
        where id < $1
        order by id desc
        offset $2
        limit 1
        """

    /// `$1` the village's code, `$2` open or not, `$3` before which id, `$4` how many.
    static let ofVillage = PostgresStatement(
        """
        select \(columns)
        from (
            select q.*
            from register.village w
            cross join lateral (
                select *
                from tuesday.request
                where village_id = w.id and id < $3 and ($2 is null or (state <= 4) = $2)
                order by id desc
                limit $4) q
            where w.code = $1
            order by q.id desc
            limit $4) r
        \(register)
        order by r.id desc
        """)

    /// `$1` the cadre's code, `$2` the village's or null, `$3` open or not, `$4` before which id, `$5` how many. A
    /// cadre owns no more than the capacity, so the rest is filtered.
    static let ofOwner = PostgresStatement(
        """
        select \(columns)
        from register.cadre w
        join tuesday.assignment a on a.cadre_id = w.id and a.ended_at is null and a.request_id < $4
        join tuesday.request r on r.id = a.request_id
        \(register)
        where w.code = $1 and ($2 is null or v.code = $2) and ($3 is null or (r.state <= 4) = $3)
        order by r.id desc
        limit $5
        """)

    /// Answered and not reopened since, withdrawn, deadlines missed, and who waits for what, in order of reason.
    static let liveFigures: PostgresStatement = """
        select
            coalesce(sum(resolved + resolved_outside - reopened), 0)::bigint,
            coalesce(sum(withdrawn), 0)::bigint,
            coalesce(sum(breached_acknowledge + breached_resolve), 0)::bigint,
            coalesce(sum(waiting_routing), 0)::bigint,
            coalesce(sum(waiting_nobody_certified), 0)::bigint,
            coalesce(sum(waiting_certificate_not_valid), 0)::bigint,
            coalesce(sum(waiting_everyone_on_leave), 0)::bigint,
            coalesce(sum(waiting_everyone_at_capacity), 0)::bigint,
            coalesce(sum(waiting_everyone_declined), 0)::bigint
        from tuesday.statistic_service_hour
        """

    /// How many requests have an owner.
    static let openCount: PostgresStatement = "select coalesce(sum(open), 0)::bigint from register.cadre_load"
}
