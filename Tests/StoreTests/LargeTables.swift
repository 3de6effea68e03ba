/// Years of work, as far as the planner can tell.
enum LargeTables {
    /// Tables that grow with requests, records, hours or imports. The others grow with the register, or with the number
    /// of lanes: `lane`, `log` and `routing_sweep`, which has a row a lane.
    static let hot = [
        "request", "event", "assignment", "waiting", "deadline", "statistic_fold", "notification", "dead_letter",
        "idempotency_key", "submission", "note", "access", "feedback", "directory_entry", "repetition", "refusal",
        "parked", "statistic_village_hour", "statistic_service_hour", "changed_hour", "closed_window", "history",
    ]

    /// Fills each of them, beside what ``StoreCounty`` has. Vacuumed as a server does by itself.
    static let fill = """
        insert into tuesday.request (id, accepted_at, submitted_at, county_id, town_id, village_id, service_id, owner_id,
            last_seq, assignment, state, waiting_reason, priority, resolved_at)
        select (lpad(to_hex(n), 12, '0') || '00007000800000000000')::uuid, now(), now(), 1, 1 + n % 2, 1 + n % 6, 1 + n % 3,
            case when n % 10 = 1 then 1 + n % 9 end, 2, 1,
            case n % 10 when 0 then 1 when 1 then 2 else 5 end, case when n % 10 = 0 then 2 + n % 5 end, 3, now()
        from generate_series(1, 200000) n;
        insert into tuesday.event (request_id, lane_seq, at, lane_id, county_id, seq, type, body)
        select r.id, 1000000 + row_number() over (order by r.id, s), now(), 1, 1, s, s, '{}'
        from tuesday.request r, generate_series(1, 2) s where r.last_seq = 2 and r.submitted_at = now();
        insert into tuesday.assignment (request_id, assigned_at, ended_at, register_version, number, county_id, cadre_id,
            policy_version, rung, ended_because, grounds)
        select id, now(), case when state <> 2 then now() end, 1, 1, 1, 1 + priority, 1, 1,
            case when state <> 2 then 6 end, '{}'
        from tuesday.request where submitted_at = now();
        insert into tuesday.waiting (request_id, since, retry_at, decided_at, register_version, county_id, village_id,
            service_id, attempts, reason, priority)
        select id, now(), now() + random() * interval '1 day', now(), 1, 1, village_id, service_id, 1, waiting_reason, 3
        from tuesday.request where state = 1 and submitted_at = now() and waiting_reason is not null
        on conflict do nothing;
        insert into tuesday.waiting (request_id, since, retry_at, decided_at, register_version, county_id, village_id,
            service_id, attempts, reason, priority)
        select gen_random_uuid(), now(), now() + random() * interval '1 day', now(), 1, 1, 1, 1 + n % 3, 1, 5, 3
        from generate_series(1, 100000) n;
        insert into tuesday.deadline (request_id, remind_at, due_at, escalate_at, next_at, epoch, county_id, kind)
        select id, now(), now(), now(), case when state <= 4 then now() + random() * interval '9 days' end, 0, 1, 2
        from tuesday.request where submitted_at = now();
        insert into tuesday.statistic_fold (request_id, last_seq)
        select id, 2 from tuesday.request where submitted_at = now();
        insert into tuesday.idempotency_key (key, body_hash, request_id, county_id)
        select gen_random_uuid(), id, id, 1 from tuesday.request where submitted_at = now();
        insert into personal.submission (request_id, county_id, channel, subject, description)
        select id, 1, 'test', '', '' from tuesday.request where submitted_at = now();
        insert into tuesday.notification (lane_id, lane_seq, at, request_id, county_id, recipient, template, body)
        select 2, 1000000 + n, now(), gen_random_uuid(), 1, 'cadre:1', 'assigned', '{}' from generate_series(1, 100000) n;
        insert into tuesday.dead_letter (lane_id, lane_seq, at, first_seen_at, source_offset, source_partition, attempts,
            source_topic, consumer_group, reason, detail, state, settled_at, settled_by)
        select 2, 2000000 + n, now(), now(), n, 0, 1, 'a', 'b', 'c', 'd',
            case when n % 50 = 0 then 'open' else 'replayed' end, case when n % 50 > 0 then now() end,
            case when n % 50 > 0 then 'test' end
        from generate_series(1, 50000) n;
        insert into tuesday.statistic_village_hour (hour, county_id, town_id, village_id, lane_id)
        select '2000-01-01Z'::timestamptz + n * interval '1 hour', 1, 1, 1 + v, 1
        from generate_series(1, 20000) n, generate_series(1, 6) v;
        insert into tuesday.changed_hour (hour, settles_at, county_id, lane_id)
        select '2000-01-01Z'::timestamptz + n * interval '1 hour', '2000-01-01Z'::timestamptz + (n + 1) * interval '1 hour', 1, 1
        from generate_series(1, 50000) n;
        insert into tuesday.closed_window (lane_id, lane_seq, at, hour, county_id, revision, measure, body)
        select 2, 4000000 + n, now(), '2000-01-01Z'::timestamptz + n * interval '1 hour', 1, 1, 'received', '{}'
        from generate_series(1, 100000) n;
        insert into tuesday.directory_entry (lane_id, lane_seq, at, register_version, county_id, cadre_id, body)
        select 2, 3000000 + n, now(), n, 1, 1 + n % 9, '{}' from generate_series(1, 50000) n;
        insert into tuesday.repetition (lane_id, lane_seq, at, request_id, event_count, because)
        select 2, 5000000 + n * 2, now(), gen_random_uuid(), 2, 'a' from generate_series(1, 50000) n;
        insert into tuesday.feedback (request_id, at, county_id, rating)
        select id, now(), 1, 3 from tuesday.request where submitted_at = now() and state = 5;
        insert into tuesday.statistic_service_hour (hour, county_id, town_id, service_id, lane_id)
        select '2000-01-01Z'::timestamptz + n * interval '1 hour', 1, t, s, 1
        from generate_series(1, 20000) n, generate_series(1, 2) t, generate_series(1, 3) s;
        insert into tuesday.refusal (lane_id, source_offset, at, source_partition, channel, code, detail)
        select 2, n, now(), 0, 'test', 'required', 'village' from generate_series(1, 50000) n;
        insert into tuesday.parked (consumer_group, request_id)
        select (array['tuesday-router', 'tuesday-followup', 'tuesday-stats'])[1 + n % 3], gen_random_uuid()
        from generate_series(1, 50000) n;
        insert into personal.note (request_id, seq, county_id, text)
        select id, 2, 1, '' from tuesday.request where submitted_at = now();
        insert into personal.access (request_id, purpose)
        select id, 'a test' from tuesday.request where submitted_at = now();
        insert into register.history (county_id, entity, entry_id, from_version, until_version, entry)
        select 1, e, 1000000 + n, 0, 1, '{}'
        from generate_series(1, 10000) n,
            unnest(array['agency', 'cadre', 'calendar_day', 'certificate', 'coverage', 'leave', 'post', 'service', 'skill',
                'town', 'village']) e;
        """
}
