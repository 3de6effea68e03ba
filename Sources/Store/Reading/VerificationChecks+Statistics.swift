import Domain

/// Rules about what was told of the figures.
extension VerificationChecks {
    static let statistics = [
        VerificationCheck(
            name: "an hour is told as its figures are",
            sql: """
                with told as (
                    select distinct on (w.county_id, w.hour, w.measure) w.county_id, w.hour, w.measure, w.revision,
                        (w.body::json ->> 'total')::bigint as total
                    from tuesday.closed_window w
                    order by w.county_id, w.hour, w.measure, w.revision desc
                ), counted as (
                    select s.county_id, s.hour, m.measure, sum(m.value)::bigint as total
                    from tuesday.statistic_village_hour s
                    cross join lateral (values \(values)) m (measure, value)
                    group by s.county_id, s.hour, m.measure
                )
                select format('county %s, hour %s, %s: revision %s says %s, the figures say %s', b.county_id, b.hour, b.measure,
                    b.revision, b.told, b.counted)
                from (
                    select county_id, hour, measure, coalesce(t.revision, 0) as revision, coalesce(t.total, 0) as told,
                        coalesce(c.total, 0) as counted
                    from told t
                    full join counted c using (county_id, hour, measure)) b
                where b.told <> b.counted
                  and not exists (
                    select from tuesday.changed_hour h
                    where h.county_id = b.county_id and h.hour = b.hour)
                """)
    ]

    private static let values = Measure.all.map { "('\($0.word)', s.\($0.column))" }.joined(separator: ", ")
}
