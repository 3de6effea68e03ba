import Domain
import PostgresClient
import Workflow

/// The waiting rows: which of them are to be looked at again, each answer `(request_id, attempts)` and locked.
enum WaitingStatements {
    /// Those of requests that records name; waits for whoever holds them.
    static func named(_ requests: [RequestID]) -> PostgresCall {
        PostgresCall(
            """
            select w.request_id, w.attempts
            from unnest($1::uuid[]) as n (id)
            cross join lateral (
                select q.request_id, q.attempts
                from tuesday.waiting q
                where q.request_id = n.id
                for update) w
            """, [.uuids(requests.map(\.value).sorted())])
    }

    /// As many as cadres got room, among the requests these cadres could serve where they serve; the most urgent first.
    ///
    /// Each service's queue is read in order by index and no further than needed, however many wait in it. Where nobody
    /// waits, which is nearly always, no village is looked up.
    static func woken(by released: [Cadre.ID: Int]) -> PostgresCall {
        PostgresCall(
            """
            select w.request_id, w.attempts
            from (
                select a.county_id, a.service_id, array_agg(distinct v.id) as village_ids
                from (
                    select distinct s.county_id, s.id as service_id, s.skill_id, s.level
                    from register.certificate c
                    join register.service s on s.skill_id = c.skill_id and s.level <= c.level
                    where c.cadre_id = any($1)
                    offset 0) a
                join register.certificate c on c.skill_id = a.skill_id and c.level >= a.level
                join register.coverage o on o.cadre_id = c.cadre_id
                join register.village v on v.county_id = o.county_id
                    and (o.role = 4 or v.id = o.village_id or v.town_id = o.town_id)
                where c.cadre_id = any($1)
                  and exists (
                    select
                    from tuesday.waiting q
                    where q.county_id = a.county_id and q.service_id = a.service_id and q.reason = 5)
                group by a.county_id, a.service_id) served
            cross join lateral (
                select q.request_id, q.attempts, q.priority
                from tuesday.waiting q
                where q.county_id = served.county_id
                  and q.service_id = served.service_id
                  and q.village_id = any(served.village_ids)
                  and q.reason = 5
                order by q.priority, q.request_id
                limit $2
                for update skip locked) w
            order by w.priority, w.request_id
            limit $2
            """,
            [.int32s(released.keys.map(\.rawValue)), .int64(Int64(released.values.reduce(0, +)))])
    }

    static func due(_ now: Instant, limit: Int) -> PostgresCall {
        PostgresCall(
            """
            select request_id, attempts
            from tuesday.waiting
            where retry_at <= $1
            order by retry_at
            limit $2
            for update skip locked
            """, [.timestamp(microseconds: now.microseconds), .int64(Int64(limit))])
    }

    /// Those decided by an older register.
    static func outdated(_ county: County.ID, _ version: Int64, limit: Int) -> PostgresCall {
        PostgresCall(
            """
            select request_id, attempts
            from tuesday.waiting
            where county_id = $1 and register_version < $2
            order by register_version, request_id
            limit $3
            for update skip locked
            """, [.int32(county.rawValue), .int64(version), .int64(Int64(limit))])
    }

    /// As ``due(_:limit:)``, without locking. `$1` how many.
    static let peekDue: PostgresStatement = """
        select w.request_id, w.attempts
        from (select clock.now() as now) t
        cross join lateral (
            select request_id, attempts
            from tuesday.waiting
            where retry_at <= t.now
            order by retry_at
            limit $1) w
        """

    /// As ``outdated(_:_:limit:)``, without locking. `$1` the county, `$2` its version, `$3` how many.
    static let peekOutdated: PostgresStatement = """
        select request_id, attempts
        from tuesday.waiting
        where county_id = $1 and register_version < $2
        order by register_version, request_id
        limit $3
        """

    /// Looks at them again so much later, and not for a register that is there already.
    static func postpone(_ requests: [UInt128], bySeconds seconds: Int64) -> PostgresCall {
        PostgresCall(
            """
            update tuesday.waiting w
            set retry_at = clock.now() + $2 * interval '1 second',
                attempts = w.attempts + 1,
                register_version = c.version,
                grounds = null
            from register.county c
            where w.request_id = any($1) and c.id = w.county_id
            """, [.uuids(requests), .int64(seconds)])
    }

    static func forget(_ requests: [UInt128]) -> PostgresCall {
        PostgresCall("delete from tuesday.waiting where request_id = any($1)", [.uuids(requests)])
    }

    /// In order of id, as everybody makes them: two who make some of the same ones wait for each other, not in a ring.
    static func write(_ waits: [Placement], now: Instant) -> PostgresCall {
        let placements = waits.sorted { $0.subject.status.id < $1.subject.status.id }
        var reasons: [Int16] = []
        var retries: [Int64] = []
        var grounds: [String] = []
        for placement in placements {
            guard case .wait(let wait) = placement.decision else {
                preconditionFailure("only requests that wait have a waiting row")
            }
            reasons.append(wait.reason.rawValue)
            retries.append(wait.retryAt.microseconds)
            grounds.append(String(decoding: Grounds(wait).json, as: UTF8.self))
        }
        let statuses = placements.map(\.subject.status)
        return PostgresCall(
            """
            insert into tuesday.waiting (request_id, since, retry_at, decided_at, register_version, county_id,
                village_id, service_id, attempts, reason, priority, policy_version, grounds)
            select n.request_id, $2, n.retry_at, $2, n.register_version, n.county_id, n.village_id, n.service_id, 1,
                n.reason, n.priority, n.policy_version, n.grounds
            from unnest($1::uuid[], $3::timestamptz[], $4::bigint[], $5::int[], $6::int[], $7::int[], $8::smallint[],
                    $9::smallint[], $10::smallint[], $11::text[])
                as n (request_id, retry_at, register_version, county_id, village_id, service_id, reason, priority,
                    policy_version, grounds)
            on conflict (request_id) do update
            set retry_at = excluded.retry_at,
                decided_at = excluded.decided_at,
                register_version = excluded.register_version,
                attempts = waiting.attempts + 1,
                reason = excluded.reason,
                policy_version = excluded.policy_version,
                grounds = excluded.grounds
            """,
            [
                .uuids(statuses.map(\.id.value)), .timestamp(microseconds: now.microseconds), .timestamps(retries),
                .int64s(placements.map(\.registerVersion)), .int32s(statuses.map(\.place.county.rawValue)),
                .int32s(statuses.map(\.place.village.rawValue)), .int32s(statuses.map(\.place.service.rawValue)),
                .int16s(reasons), .int16s(placements.map(\.subject.priority)),
                .int16s(placements.map { Int16(truncatingIfNeeded: $0.policyVersion) }), .texts(grounds),
            ])
    }
}
