import PostgresClient

/// The statements that read a register at a version; `$1` is the county's key, `$2` the version.
///
/// Each reads the present rows that were already so at the version, and from `register.history` the rows that were
/// so then and are not now. At the present version the second part is empty and costs one index probe.
enum RegisterStatements {
    static let countyByCode: PostgresStatement = """
        select c.id, c.code, c.name, c.version, c.utc_offset_minutes
        from register.county c
        where c.code = $1
        """
    static let county: PostgresStatement = """
        select c.id, c.code, c.name, c.version, c.utc_offset_minutes
        from register.county c
        where c.id = $1
        """
    static let counties: PostgresStatement = """
        select c.id, c.code, c.name, c.version, c.utc_offset_minutes
        from register.county c
        order by c.id
        """

    static let towns = entries(of: "town", "e.id, e.code, e.name, e.lead_cadre_id")
    static let villages = entries(of: "village", "e.id, e.town_id, e.code, e.name")
    static let skills = entries(of: "skill", "e.id, e.code, e.name, e.tier")
    static let services = entries(
        of: "service",
        "e.id, e.code, e.name, e.skill_id, e.level, e.acknowledge_minutes, e.resolve_minutes, e.priority")
    /// One row for each attribute, in the order in which its service asks.
    static let serviceAttributes = PostgresStatement(
        """
        select e.id, a.entry ->> 'code', a.entry ->> 'datatype', (a.entry ->> 'required')::boolean,
            a.entry ->> 'description', a.entry ->> 'description_en',
            coalesce(o.keys, '{}'), coalesce(o.names, '{}'), coalesce(o.names_en, '{}')
        from (
            \(entries(of: "service", "e.id, e.attributes").sql)) e
        cross join lateral json_array_elements(e.attributes) with ordinality a (entry, place)
        cross join lateral (
            select
                array_agg(v.entry ->> 'key' order by v.place) as keys,
                array_agg(v.entry ->> 'name' order by v.place) as names,
                array_agg(v.entry ->> 'name_en' order by v.place) as names_en
            from json_array_elements(a.entry -> 'values') with ordinality v (entry, place)) o
        order by e.id, a.place
        """)
    static let cadres = entries(of: "cadre", "e.id, e.code, e.name, e.capacity, e.is_active")
    static let coverage = entries(of: "coverage", "e.cadre_id, e.role, e.village_id, e.town_id")
    static let certificates = entries(
        of: "certificate", "e.cadre_id, e.skill_id, e.level, e.issued_at, e.expires_at, e.revoked_at")
    static let leaves = entries(of: "leave", "e.cadre_id, e.begins_at, e.ends_at")
    static let calendarYears = entries(of: "calendar_year", "e.year")
    static let calendarDays = entries(of: "calendar_day", "e.day, e.is_workday")
    static let sessions = entries(
        of: "session",
        "e.held_on, (extract(epoch from e.opens_at) / 60)::int, (extract(epoch from e.closes_at) / 60)::int")

    /// `$1` county, `$2` village code, `$3` the instant at which certificates must be valid.
    static let directory: PostgresStatement = """
        select
            d.code, d.name, d.name_en, a.name, p.name, p.responsibilities, d.office_phone, covered.role,
            exists (
                select from register.leave l
                where l.cadre_id = d.id and l.begins_at <= $3 and $3 < l.ends_at) as is_on_leave,
            coalesce(certified.names, '{}') as skill_names,
            coalesce(certified.levels, '{}') as skill_levels
        from register.village v
        cross join lateral (
            select o.cadre_id, min(o.role) as role
            from register.coverage o
            where o.village_id = v.id or o.town_id = v.town_id
            group by o.cadre_id) covered
        join register.cadre d on d.id = covered.cadre_id
        join register.post p on p.id = d.post_id
        join register.agency a on a.id = p.agency_id
        left join lateral (
            select
                array_agg(best.name order by best.tier, best.code) as names,
                array_agg(best.level::int order by best.tier, best.code) as levels
            from (
                select k.tier, k.code, k.name, max(x.level) as level
                from register.certificate x
                join register.skill k on k.id = x.skill_id
                where x.cadre_id = d.id
                    and x.issued_at <= $3
                    and $3 < x.expires_at
                    and (x.revoked_at is null or $3 < x.revoked_at)
                group by k.tier, k.code, k.name) best) certified on true
        where v.county_id = $1 and v.code = $2 and d.is_active
        order by covered.role, d.code
        """

    /// For the test that prepares every statement.
    static let all = [
        countyByCode, county, counties, towns, villages, skills, services, serviceAttributes, cadres, coverage,
        certificates, leaves, calendarYears, calendarDays, sessions, directory,
    ]

    private static func entries(of entity: String, _ columns: String) -> PostgresStatement {
        PostgresStatement(
            """
            select \(columns)
            from register.\(entity) e
            where e.county_id = $1 and e.from_version <= $2
            union all
            select \(columns)
            from register.history h
            cross join lateral jsonb_populate_record(null::register.\(entity), h.entry) e
            where h.county_id = $1 and h.entity = '\(entity)' and h.from_version <= $2 and $2 < h.until_version
            """)
    }
}
