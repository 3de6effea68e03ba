import Domain
import PostgresClient

/// The hours whose figures changed since they were told.
///
/// A lane that counts puts a row of its own for each county and hour it changes, in the same transaction. Whoever tells
/// the hour takes the rows first and then reads the figures: what commits before that is read, and what commits later
/// finds no row and puts one, or holds the row, which is left alone then. Lanes never meet on a row.
enum ChangedHours {
    private static let mark: PostgresStatement = """
        insert into tuesday.changed_hour as c (county_id, hour, lane_id, settles_at)
        select n.county_id, n.hour, $1, n.settles_at
        from unnest($2::int[], $3::timestamptz[], $4::timestamptz[]) as n (county_id, hour, settles_at)
        on conflict (county_id, hour, lane_id) do update
        set settles_at = greatest(c.settles_at, excluded.settles_at)
        """

    /// Marks the hours of these rows. An hour settles when it is over, and the minute is over in which it last changed:
    /// to the minute, so that the index changes once a minute and not with every batch.
    static func mark(_ keys: some Sequence<RollUpKey>, lane: Int32, now: Instant) -> PostgresCall {
        var seen: Set<ChangedHour> = []
        for key in keys { seen.insert(ChangedHour(county: key.county, hourStart: key.hourStart)) }
        let hours = seen.sorted()
        let minuteEnd = Instant(seconds: now.seconds).adding(seconds: 60 - now.seconds % 60)
        return PostgresCall(
            mark,
            [
                .int32(lane), .int32s(hours.map(\.county.rawValue)), .timestamps(hours.map(\.hourStart.microseconds)),
                .timestamps(hours.map { max($0.hourStart.adding(seconds: 3_600), minuteEnd).microseconds }),
            ])
    }

    /// `$1` for how many seconds. Looks at the first entry of the index; `exists` would be planned as a scan that finds
    /// one soon, and finds none for as long as it takes when there is none.
    static let isAnySettled: PostgresStatement = """
        select coalesce(min(c.settles_at) <= clock.now() - $1 * interval '1 second', false)
        from tuesday.changed_hour c
        """

    /// Takes the rows of settled hours, `(county_id, hour, lane_id)`: of those that settled last the latest, so that an
    /// import of years does not keep today's waiting. An hour that some lane changed only now waits until that has settled
    /// too. `$1` the instant, `$2` how many hours.
    static let take: PostgresStatement = """
        with settled as materialized (
            select c.county_id, c.hour
            from (
                select q.county_id, q.hour
                from tuesday.changed_hour q
                where q.settles_at <= $1
                order by q.settles_at desc
                limit 5000) c
            where not exists (
                select from tuesday.changed_hour o
                where o.county_id = c.county_id and o.hour = c.hour and o.settles_at > $1)
            group by c.county_id, c.hour
            order by c.hour desc, c.county_id
            limit $2)
        select c.county_id, c.hour, c.lane_id
        from settled s
        cross join lateral (
            select q.county_id, q.hour, q.lane_id
            from tuesday.changed_hour q
            where q.county_id = s.county_id and q.hour = s.hour and q.settles_at <= $1
            for update skip locked) c
        """

    /// Rows that are held.
    static let remove: PostgresStatement = """
        delete from tuesday.changed_hour c
        using (
            select q.ctid as place
            from unnest($1::int[], $2::timestamptz[], $3::int[]) as n (county_id, hour, lane_id)
            cross join lateral (
                select q.ctid
                from tuesday.changed_hour q
                where q.county_id = n.county_id and q.hour = n.hour and q.lane_id = n.lane_id
                offset 0) q) n
        where c.ctid = n.place
        """
}

struct ChangedHour: Hashable, Comparable {
    let county: County.ID
    let hourStart: Instant

    static func < (left: ChangedHour, right: ChangedHour) -> Bool {
        (left.county, left.hourStart) < (right.county, right.hourStart)
    }
}
