/// The SQL of ``Preload``. What a request is follows from its number alone, so chunks may be written in any order.
enum PreloadStatements {
    static let tables = [
        "tuesday.idempotency_key", "tuesday.request", "personal.submission", "tuesday.event", "tuesday.assignment",
        "tuesday.deadline", "tuesday.notification", "tuesday.statistic_fold", "tuesday.statistic_village_hour",
        "tuesday.statistic_service_hour", "register.cadre_load",
    ]

    /// A row for each request with what all its rows have in common, and the two lanes its messages left through.
    ///
    /// Requests are received in the eight working hours of two hundred days; every hundredth is open.
    static func prepare(_ count: Int) -> String {
        """
        create schema bench;
        create table bench.lanes as
        with made as (
            insert into tuesday.lane (consumer_group, lane_seq, published_through)
            values ('bench/events', \(count) * 4 - \(count) / 100 * 2, \(count) * 4 - \(count) / 100 * 2),
                ('bench/notifications', \(count) * 2 - \(count) / 100, \(count) * 2 - \(count) / 100)
            returning id, consumer_group, lane_seq)
        select min(id) filter (where consumer_group = 'bench/events') as events,
            min(id) filter (where consumer_group = 'bench/notifications') as notifications
        from made;
        insert into tuesday.routing_sweep (lane_id, swept_through, marked_through)
        select id, lane_seq, lane_seq from tuesday.lane where consumer_group = 'bench/events';
        create unlogged table bench.preload as
        with county as (
            select c.id, c.version,
                (select array_agg(v.id order by v.id) from register.village v where v.county_id = c.id) as villages,
                (select array_agg(s.id order by s.id) from register.service s where s.county_id = c.id) as services,
                (select array_agg(d.id order by d.id) from register.cadre d where d.county_id = c.id and d.is_active)
                    as cadres
            from register.county c
            order by c.id
            limit 1
        ), numbered as (
            select i, i % 100 = 0 as is_open, md5('preload ' || i) as hash,
                case when i % 100 = 0 then clock.now() - interval '1 hour'
                    else date_trunc('day', clock.now()) - interval '202 days'
                        + floor(i * 200.0 / \(count)) * interval '1 day'
                        + (i * 200.0 / \(count) - floor(i * 200.0 / \(count))) * interval '8 hours'
                end as accepted_at
            from generate_series(1, \(count)) i)
        select n.i, n.is_open, n.hash, n.accepted_at,
            (lpad(to_hex((extract(epoch from n.accepted_at) * 1000)::bigint), 12, '0') || '7' || substr(n.hash, 1, 3)
                || '8' || substr(n.hash, 4, 15))::uuid as id,
            c.id as county_id, c.version as register_version, v.town_id, v.id as village_id, s.id as service_id,
            s.priority, c.cadres[(1 + n.i::bigint * 7919 % cardinality(c.cadres))::int] as cadre_id
        from numbered n
        cross join county c
        join register.village v on v.id = c.villages[(1 + n.i::bigint * 104729 % cardinality(c.villages))::int]
        join register.service s on s.id = c.services[(1 + n.i::bigint * 1299709 % cardinality(c.services))::int];
        create unique index on bench.preload (i);
        analyze bench.preload
        """
    }

    /// Each request's events: two of an open one, four of the others.
    private static let lives = """
        cross join lateral (values
            (1, 1, 'received', p.accepted_at, 'resident', 'waiting', 0, ',"reason":"routing"'),
            (2, 2, 'assigned', p.accepted_at + interval '1 second', 'system', 'assigned', 1,
                ',"cadre_id":' || p.cadre_id || ',"previous_reason":"routing"'),
            (3, 4, 'acknowledged', p.accepted_at + interval '10 minutes', 'cadre:' || p.cadre_id, 'acknowledged', 1,
                ',"cadre_id":' || p.cadre_id),
            (4, 6, 'resolved', p.accepted_at + interval '2 hours', 'cadre:' || p.cadre_id, 'resolved', 1,
                ',"cadre_id":' || p.cadre_id)
        ) as e (seq, type, word, at, actor, state, assignment, more)
        """

    /// All rows of the requests with these numbers, but for the figures.
    static func rows(_ first: Int, through last: Int) -> String {
        let mine = "p.i between \(first) and \(last)"
        return """
            begin;
            set local synchronous_commit = off;
            insert into tuesday.idempotency_key (key, body_hash, request_id, county_id)
            select p.hash::uuid, md5(p.hash)::uuid, p.id, p.county_id from bench.preload p where \(mine) order by p.hash;
            insert into tuesday.request (id, accepted_at, submitted_at, assigned_at, acknowledged_at, resolved_at, county_id,
                town_id, village_id, service_id, owner_id, last_seq, assignment, state, priority)
            select p.id, p.accepted_at, p.accepted_at, p.accepted_at + interval '1 second',
                case when not p.is_open then p.accepted_at + interval '10 minutes' end,
                case when not p.is_open then p.accepted_at + interval '2 hours' end,
                p.county_id, p.town_id, p.village_id, p.service_id, case when p.is_open then p.cadre_id end,
                case when p.is_open then 2 else 4 end, 1, case when p.is_open then 2 else 5 end, p.priority
            from bench.preload p where \(mine) order by p.id;
            insert into personal.submission (request_id, county_id, channel, source_id, name, phone, subject, description)
            select p.id, p.county_id, 'preload', 'preload-' || p.i, '居民' || p.i % 1000, '000-0000-' || 1000 + p.i % 9000,
                '路灯不亮 Street light out', '村口的路灯已经三天不亮，晚上老人出行不便，请派人来看一下。编号 ' || p.i || '。'
            from bench.preload p where \(mine) order by p.id;
            insert into tuesday.event (request_id, lane_seq, at, lane_id, county_id, seq, type, body)
            select p.id, 4 * (p.i - 1) - 2 * ((p.i - 1) / 100) + e.seq, e.at, l.events, p.county_id, e.seq, e.type,
                format(
                    '{"request_id":"%s","seq":%s,"type":"%s","at":"%s","county_id":%s,"town_id":%s,"village_id":%s,'
                        || '"service_id":%s,"accepted_at":"%s","actor":"%s","state":"%s","assignment":%s%s}',
                    p.id, e.seq, e.word, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), p.county_id,
                    p.town_id, p.village_id, p.service_id,
                    to_char(p.accepted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.actor, e.state,
                    e.assignment, e.more)
            from bench.preload p cross join bench.lanes l \(lives)
            where \(mine) and (e.seq <= 2 or not p.is_open) order by p.id, e.seq;
            insert into tuesday.assignment (request_id, assigned_at, ended_at, register_version, number, county_id, cadre_id,
                policy_version, rung, ended_because, grounds)
            select p.id, p.accepted_at + interval '1 second', case when not p.is_open then p.accepted_at + interval '2 hours' end,
                p.register_version, 1, p.county_id, p.cadre_id, 1, 2, case when not p.is_open then 6 end,
                format('{"f":[[%s,3,0,1000000]],"c":[]}', p.cadre_id)
            from bench.preload p where \(mine) order by p.id;
            insert into tuesday.deadline (request_id, remind_at, due_at, escalate_at, next_at, met_at, epoch, county_id, kind)
            select p.id, d.start + interval '2 days', d.start + interval '3 days', d.start + interval '4 days',
                case when p.is_open then d.start + interval '2 days' end, case when not p.is_open then d.met_at end, d.epoch,
                p.county_id, d.kind
            from bench.preload p
            cross join lateral (values
                (1, 1, p.accepted_at + interval '1 second', p.accepted_at + interval '10 minutes'),
                (2, 0, p.accepted_at, p.accepted_at + interval '2 hours')
            ) as d (kind, epoch, start, met_at)
            where \(mine) order by p.id, d.kind;
            insert into tuesday.notification (lane_id, lane_seq, at, request_id, county_id, recipient, template, body)
            select l.notifications, 2 * (p.i - 1) - (p.i - 1) / 100 + m.number, m.at, p.id, p.county_id, m.recipient,
                m.template,
                format('{"request_id":"%s","recipient":"%s","template":"%s"}', p.id, m.recipient, m.template)
            from bench.preload p cross join bench.lanes l
            cross join lateral (values
                (1, 'cadre:' || p.cadre_id, 'assigned', p.accepted_at + interval '1 second'),
                (2, 'resident', 'resolved', p.accepted_at + interval '2 hours')
            ) as m (number, recipient, template, at)
            where \(mine) and (m.number = 1 or not p.is_open) order by p.i, m.number;
            insert into tuesday.statistic_fold (request_id, last_seq)
            select p.id, case when p.is_open then 2 else 4 end from bench.preload p where \(mine) order by p.id;
            commit
            """
    }

    /// The figures of all requests, and how many each cadre owns.
    static let finish = """
        \(figures("statistic_village_hour", "village_id"));
        \(figures("statistic_service_hour", "service_id"));
        -- Kept from being told, which would be work in the measurement that is not of its requests.
        insert into tuesday.changed_hour (hour, settles_at, county_id, lane_id)
        select hour, 'infinity', county_id, min(lane_id) from tuesday.statistic_village_hour group by hour, county_id;
        update register.cadre_load l
        set open = l.open + n.count
        from (select p.cadre_id, count(*)::int as count from bench.preload p where p.is_open group by 1) n
        where l.cadre_id = n.cadre_id;
        drop table bench.preload, bench.lanes;
        drop schema bench
        """

    private static func figures(_ table: String, _ entry: String) -> String {
        """
        insert into tuesday.\(table) (hour, county_id, town_id, \(entry), lane_id, received, assigned, acknowledged,
            resolved, seconds_to_assign, seconds_to_resolve, waiting_routing)
        select date_trunc('hour', e.at, 'UTC'), p.county_id, p.town_id, p.\(entry), min(l.events),
            count(*) filter (where e.type = 1), count(*) filter (where e.type = 2), count(*) filter (where e.type = 4),
            count(*) filter (where e.type = 6), count(*) filter (where e.type = 2),
            7200 * count(*) filter (where e.type = 6),
            count(*) filter (where e.type = 1) - count(*) filter (where e.type = 2)
        from bench.preload p
        cross join bench.lanes l
        \(lives)
        where e.seq <= 2 or not p.is_open
        group by 1, 2, 3, 4
        """
    }
}
