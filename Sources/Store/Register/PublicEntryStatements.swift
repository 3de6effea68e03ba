import Domain
import PostgresClient

/// The statements that read what the public may know.
enum PublicEntryStatements {
    /// `$1` county, `$2` the instant after which certificates and leaves must still end. Active cadres, by key.
    static let entries: PostgresStatement = """
        select
            d.id, c.id, c.code, d.code, d.name, d.name_en, a.name, p.name, p.responsibilities, d.office_phone,
            areas.roles, areas.codes, areas.names,
            skills.codes, skills.names, skills.levels, skills.begins, skills.ends,
            leaves.begins, leaves.ends
        from register.cadre d
        join register.county c on c.id = d.county_id
        join register.post p on p.id = d.post_id
        join register.agency a on a.id = p.agency_id
        cross join lateral (
            select
                coalesce(array_agg(o.role order by o.role, o.code), '{}') as roles,
                coalesce(array_agg(o.code order by o.role, o.code), '{}') as codes,
                coalesce(array_agg(o.name order by o.role, o.code), '{}') as names
            from (
                select o.role, coalesce(v.code, t.code, '') as code, coalesce(v.name, t.name, '') as name
                from register.coverage o
                left join register.village v on v.id = o.village_id
                left join register.town t on t.id = o.town_id
                where o.cadre_id = d.id) o) areas
        cross join lateral (
            select
                coalesce(array_agg(x.code order by x.tier, x.code, x.issued_at), '{}') as codes,
                coalesce(array_agg(x.name order by x.tier, x.code, x.issued_at), '{}') as names,
                coalesce(array_agg(x.level order by x.tier, x.code, x.issued_at), '{}') as levels,
                coalesce(array_agg(x.issued_at order by x.tier, x.code, x.issued_at), '{}') as begins,
                coalesce(array_agg(x.ends_at order by x.tier, x.code, x.issued_at), '{}') as ends
            from (
                select k.tier, k.code, k.name, x.level, x.issued_at, least(x.expires_at, x.revoked_at) as ends_at
                from register.certificate x
                join register.skill k on k.id = x.skill_id
                where x.cadre_id = d.id) x
            where x.ends_at > $2 and x.ends_at > x.issued_at) skills
        cross join lateral (
            select
                coalesce(array_agg(l.begins_at order by l.begins_at), '{}') as begins,
                coalesce(array_agg(l.ends_at order by l.begins_at), '{}') as ends
            from register.leave l
            where l.cadre_id = d.id and l.ends_at > $2) leaves
        where d.county_id = $1 and d.is_active
        order by d.id
        """

    /// `$1` county. What was written last of each cadre, one look into the index for each: cadres leave, and their row
    /// in the register stays.
    static let last: PostgresStatement = """
        select d.id, e.register_version, e.body
        from register.cadre d
        cross join lateral (
            select q.register_version, q.body
            from tuesday.directory_entry q
            where q.county_id = d.county_id and q.cadre_id = d.id
            order by q.register_version desc
            limit 1) e
        where d.county_id = $1
        """

    /// For the test that prepares every statement.
    static let all = [entries, last]

    static func entry(_ row: PostgresRow) throws -> PublicEntry {
        let roles = try row.int16s(10)
        let places = Array(zip(try row.strings(11), try row.strings(12)))
        let skills = Array(zip(try row.strings(13), try row.strings(14)))
        let levels = try row.int16s(15)
        let validity = Array(zip(try row.timestamps(16), try row.timestamps(17)))
        return PublicEntry(
            cadre: Cadre.ID(try row.int32(0)), county: County.ID(try row.int32(1)), countyCode: try row.string(2),
            code: try row.string(3), name: try row.string(4), nameInEnglish: try row.string(5),
            agency: try row.string(6), post: try row.string(7), responsibilities: try row.string(8),
            officePhone: try row.string(9),
            areas: try roles.enumerated().map { index, role in
                guard let role = CoverageRole(rawValue: role) else {
                    throw UnreadableEntry(what: "cadre \(try row.string(3)) has the unknown coverage role \(role)")
                }
                return PublicEntry.Area(role: role, code: places[index].0, name: places[index].1)
            },
            skills: skills.indices.map { index in
                PublicEntry.Certified(
                    code: skills[index].0, name: skills[index].1, level: levels[index],
                    validFrom: Instant(microseconds: validity[index].0),
                    validUntil: Instant(microseconds: validity[index].1))
            },
            leaves: zip(try row.timestamps(18), try row.timestamps(19)).map {
                PublicEntry.Away(beginsAt: Instant(microseconds: $0), endsAt: Instant(microseconds: $1))
            })
    }
}

/// A register row that this release does not understand.
struct UnreadableEntry: Error, CustomStringConvertible {
    let what: String
    var description: String { "\(what); use the release that wrote it" }
}
