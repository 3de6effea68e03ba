import Domain
import PostgresClient
import Workflow

extension RegisterWriting {
    mutating func cadres(_ sheet: RegisterSheet<CadreRow>, _ progress: @Sendable (Int, Int) -> Void) async throws {
        try await checkKnown(sheet.references, in: sheet.file)
        try await agencies(distinct(sheet.rows, by: \.agency))
        try await posts(distinct(sheet.rows, by: \.post))
        var start = 0
        while start < sheet.rows.count {
            let end = min(sheet.rows.count, start + Self.batch)
            let rows = Array(sheet.rows[start..<end])
            try await cadres(rows)
            try await coverage(rows)
            try await leaves(rows)
            start = end
            progress(end, sheet.rows.count)
        }
        try await leads(sheet.rows)
    }

    private mutating func agencies(_ rows: [CadreRow]) async throws {
        try await upsert(
            "agency", of: rows.count, update: Self.updateAgencies, insert: Self.insertAgencies,
            [
                .texts(rows.map(\.agency)), .texts(rows.map(\.agencyName)), .optionalTexts(rows.map(\.agencyNameInEnglish)),
                .optionalTexts(rows.map { if case .set(let town) = $0.agencyTown { town.code } else { nil } }),
                .bools(rows.map { $0.agencyTown == .kept }),
            ])
    }

    private mutating func posts(_ rows: [CadreRow]) async throws {
        try await upsert(
            "post", of: rows.count, update: Self.updatePosts, insert: Self.insertPosts,
            [
                .texts(rows.map(\.post)), .texts(rows.map(\.agency)), .texts(rows.map(\.postName)),
                .optionalTexts(rows.map(\.postNameInEnglish)), .optionalTexts(rows.map(\.responsibilities)),
            ])
    }

    private mutating func cadres(_ rows: [CadreRow]) async throws {
        try await upsert(
            "cadre", of: rows.count, update: Self.updateCadres, insert: Self.insertCadres,
            [
                .texts(rows.map(\.code)), .texts(rows.map(\.post)), .texts(rows.map(\.name)),
                .optionalTexts(rows.map(\.nameInEnglish)), .optionalTexts(rows.map(\.officePhone)),
                .int32s(rows.map(\.capacity)), .optionalBools(rows.map(\.isActive)),
            ])
    }

    /// What a row says of one role replaces the cadre's coverage in that role.
    private mutating func coverage(_ rows: [CadreRow]) async throws {
        var replaced: [(cadre: String, role: CoverageRole)] = []
        var wanted: [(cadre: String, role: CoverageRole, area: String)] = []
        func say(_ cadre: String, _ role: CoverageRole, _ value: SheetValue<[SheetReference]>) {
            if value == .kept { return }
            replaced.append((cadre, role))
            if case .set(let areas) = value { wanted += areas.map { (cadre, role, $0.code) } }
        }
        for row in rows {
            say(row.code, .resident, row.residentOf)
            say(row.code, .assigned, row.assignedTo)
            say(row.code, .town, row.towns)
            if let isInPool = row.isInCountyPool {
                replaced.append((row.code, .countyPool))
                if isInPool { wanted.append((row.code, .countyPool, "")) }
            }
        }
        try await replace(
            "coverage", wanted: Set(wanted.map { "\($0) \($1) \($2)" }).count, delete: Self.deleteCoverage,
            insert: Self.insertCoverage,
            [
                .texts(replaced.map(\.cadre)), .int16s(replaced.map(\.role.rawValue)), .texts(wanted.map(\.cadre)),
                .int16s(wanted.map(\.role.rawValue)), .texts(wanted.map(\.area)),
            ])
    }

    /// What a row says of leaves replaces all the cadre's leaves.
    private mutating func leaves(_ rows: [CadreRow]) async throws {
        let replaced = rows.filter { $0.leaves != .kept }
        let wanted = replaced.flatMap { row -> [(cadre: String, leave: CadreRow.Leave)] in
            if case .set(let leaves) = row.leaves { leaves.map { (row.code, $0) } } else { [] }
        }
        try await replace(
            "leave", wanted: wanted.count, delete: Self.deleteLeaves, insert: Self.insertLeaves,
            [
                .texts(replaced.map(\.code)), .texts(wanted.map(\.cadre)),
                .optionalTimestamps(wanted.map { midnight($0.leave.firstDay) }),
                .optionalTimestamps(wanted.map { midnight($0.leave.lastDay + 1) }),
            ])
    }

    private mutating func leads(_ rows: [CadreRow]) async throws {
        let leads = rows.filter { $0.leadsTown != nil }
        guard !leads.isEmpty else { return }
        let updated = try await connection.query(
            Self.updateLeads,
            [
                .int32(county.id.rawValue), .texts(leads.map { $0.leadsTown?.code ?? "" }), .texts(leads.map(\.code)),
            ])
        count("town", of: leads.count, updated: updated.affected, inserted: 0)
    }

    /// Deletes what is no longer said, then inserts what is new. `wanted` counts what the file says.
    mutating func replace(
        _ entity: String, wanted: Int, delete: PostgresStatement, insert: PostgresStatement,
        _ parameters: [PostgresParameter]
    ) async throws {
        let parameters = [.int32(county.id.rawValue)] + parameters
        let results = try await connection.pipeline([PostgresCall(delete, parameters), PostgresCall(insert, parameters)])
        count(entity, of: wanted, updated: 0, inserted: results[1].affected, removed: results[0].affected)
    }
}

extension RegisterWriting {
    static let updateAgencies: PostgresStatement = """
        update register.agency a
        set name = s.name,
            name_en = coalesce(s.name_en, a.name_en),
            town_id = case when s.keeps_town then a.town_id else t.id end
        from unnest($2, $3, $4, $5, $6) s (code, name, name_en, town, keeps_town)
        left join register.town t on t.county_id = $1 and t.code = s.town
        where a.county_id = $1 and a.code = s.code
        """
    static let insertAgencies: PostgresStatement = """
        insert into register.agency (county_id, code, name, name_en, town_id)
        select $1, s.code, s.name, coalesce(s.name_en, ''), t.id
        from unnest($2, $3, $4, $5, $6) s (code, name, name_en, town, keeps_town)
        left join register.town t on t.county_id = $1 and t.code = s.town
        where not exists (select from register.agency a where a.county_id = $1 and a.code = s.code)
        """
    static let updatePosts: PostgresStatement = """
        update register.post p
        set agency_id = a.id,
            name = s.name,
            name_en = coalesce(s.name_en, p.name_en),
            responsibilities = coalesce(s.responsibilities, p.responsibilities)
        from unnest($2, $3, $4, $5, $6) s (code, agency, name, name_en, responsibilities)
        join register.agency a on a.county_id = $1 and a.code = s.agency
        where p.county_id = $1 and p.code = s.code
        """
    static let insertPosts: PostgresStatement = """
        insert into register.post (county_id, agency_id, code, name, name_en, responsibilities)
        select $1, a.id, s.code, s.name, coalesce(s.name_en, ''), coalesce(s.responsibilities, '')
        from unnest($2, $3, $4, $5, $6) s (code, agency, name, name_en, responsibilities)
        join register.agency a on a.county_id = $1 and a.code = s.agency
        where not exists (select from register.post p where p.county_id = $1 and p.code = s.code)
        """
    static let updateCadres: PostgresStatement = """
        update register.cadre d
        set post_id = p.id,
            name = s.name,
            name_en = coalesce(s.name_en, d.name_en),
            office_phone = coalesce(s.office_phone, d.office_phone),
            capacity = s.capacity,
            is_active = coalesce(s.is_active, d.is_active)
        from unnest($2, $3, $4, $5, $6, $7, $8) s (code, post, name, name_en, office_phone, capacity, is_active)
        join register.post p on p.county_id = $1 and p.code = s.post
        where d.county_id = $1 and d.code = s.code
        """
    static let insertCadres: PostgresStatement = """
        insert into register.cadre (county_id, post_id, code, name, name_en, office_phone, capacity, is_active)
        select
            $1, p.id, s.code, s.name, coalesce(s.name_en, ''), coalesce(s.office_phone, ''), s.capacity,
            coalesce(s.is_active, true)
        from unnest($2, $3, $4, $5, $6, $7, $8) s (code, post, name, name_en, office_phone, capacity, is_active)
        join register.post p on p.county_id = $1 and p.code = s.post
        where not exists (select from register.cadre d where d.county_id = $1 and d.code = s.code)
        """
    static let deleteCoverage: PostgresStatement = """
        delete from register.coverage c
        using unnest($2, $3) r (cadre, role)
        join register.cadre d on d.county_id = $1 and d.code = r.cadre
        where c.cadre_id = d.id
            and c.role = r.role
            and not exists (
                select
                from unnest($4, $5, $6) w (cadre, role, area)
                left join register.village v on w.role in (1, 2) and v.county_id = $1 and v.code = w.area
                left join register.town t on w.role = 3 and t.county_id = $1 and t.code = w.area
                where w.cadre = r.cadre
                    and w.role = r.role
                    and v.id is not distinct from c.village_id
                    and t.id is not distinct from c.town_id)
        """
    static let insertCoverage: PostgresStatement = """
        insert into register.coverage (county_id, cadre_id, role, village_id, town_id)
        select distinct $1, d.id, w.role, v.id, t.id
        from unnest($2, $3) r (cadre, role)
        join unnest($4, $5, $6) w (cadre, role, area) on w.cadre = r.cadre and w.role = r.role
        join register.cadre d on d.county_id = $1 and d.code = w.cadre
        left join register.village v on w.role in (1, 2) and v.county_id = $1 and v.code = w.area
        left join register.town t on w.role = 3 and t.county_id = $1 and t.code = w.area
        where not exists (
            select from register.coverage c
            where c.cadre_id = d.id
                and c.role = w.role
                and c.village_id is not distinct from v.id
                and c.town_id is not distinct from t.id)
        """
    static let deleteLeaves: PostgresStatement = """
        delete from register.leave l
        using unnest($2) r (cadre)
        join register.cadre d on d.county_id = $1 and d.code = r.cadre
        where l.cadre_id = d.id
            and not exists (
                select from unnest($3, $4, $5) w (cadre, begins_at, ends_at)
                where w.cadre = r.cadre and w.begins_at = l.begins_at and w.ends_at = l.ends_at)
        """
    static let insertLeaves: PostgresStatement = """
        insert into register.leave (county_id, cadre_id, begins_at, ends_at)
        select $1, d.id, w.begins_at, w.ends_at
        from unnest($2) r (cadre)
        join unnest($3, $4, $5) w (cadre, begins_at, ends_at) on w.cadre = r.cadre
        join register.cadre d on d.county_id = $1 and d.code = w.cadre
        where not exists (
            select from register.leave l where l.cadre_id = d.id and l.begins_at = w.begins_at)
        """
    static let updateLeads: PostgresStatement = """
        update register.town t
        set lead_cadre_id = d.id
        from unnest($2, $3) s (town, cadre)
        join register.cadre d on d.county_id = $1 and d.code = s.cadre
        where t.county_id = $1 and t.code = s.town
        """
}
