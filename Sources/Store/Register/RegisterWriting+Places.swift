import PostgresClient
import Workflow

extension RegisterWriting {
    mutating func villages(_ sheet: RegisterSheet<VillageRow>, _ progress: @Sendable (Int, Int) -> Void) async throws {
        let towns = distinct(sheet.rows, by: \.town)
        try await upsert(
            "town", of: towns.count, update: Self.updateTowns, insert: Self.insertTowns,
            [
                .texts(towns.map(\.town)), .texts(towns.map(\.townName)), .optionalTexts(towns.map(\.townNameInEnglish)),
            ])
        var start = 0
        while start < sheet.rows.count {
            let end = min(sheet.rows.count, start + Self.batch)
            try await villages(Array(sheet.rows[start..<end]))
            start = end
            progress(end, sheet.rows.count)
        }
    }

    private mutating func villages(_ rows: [VillageRow]) async throws {
        try await upsert(
            "village", of: rows.count, update: Self.updateVillages, insert: Self.insertVillages,
            [
                .texts(rows.map(\.village)), .texts(rows.map(\.town)), .texts(rows.map(\.name)),
                .optionalTexts(rows.map(\.nameInEnglish)), .optionalInt32s(rows.map(\.population)),
            ])
        let centres = rows.filter { $0.centreAddress != nil || $0.centrePhone != nil }
        guard !centres.isEmpty else { return }
        try await upsert(
            "service_centre", of: centres.count, update: Self.updateCentres, insert: Self.insertCentres,
            [
                .texts(centres.map(\.village)), .optionalTexts(centres.map(\.centreAddress)),
                .optionalTexts(centres.map(\.centrePhone)),
            ])
    }

    static let updateTowns: PostgresStatement = """
        update register.town t
        set name = s.name,
            name_en = coalesce(s.name_en, t.name_en)
        from unnest($2, $3, $4) s (code, name, name_en)
        where t.county_id = $1 and t.code = s.code
        """
    static let insertTowns: PostgresStatement = """
        insert into register.town (county_id, code, name, name_en)
        select $1, s.code, s.name, coalesce(s.name_en, '')
        from unnest($2, $3, $4) s (code, name, name_en)
        where not exists (select from register.town t where t.county_id = $1 and t.code = s.code)
        """
    static let updateVillages: PostgresStatement = """
        update register.village v
        set town_id = t.id,
            name = s.name,
            name_en = coalesce(s.name_en, v.name_en),
            population = coalesce(s.population, v.population)
        from unnest($2, $3, $4, $5, $6) s (code, town, name, name_en, population)
        join register.town t on t.county_id = $1 and t.code = s.town
        where v.county_id = $1 and v.code = s.code
        """
    static let insertVillages: PostgresStatement = """
        insert into register.village (county_id, town_id, code, name, name_en, population)
        select $1, t.id, s.code, s.name, coalesce(s.name_en, ''), s.population
        from unnest($2, $3, $4, $5, $6) s (code, town, name, name_en, population)
        join register.town t on t.county_id = $1 and t.code = s.town
        where not exists (select from register.village v where v.county_id = $1 and v.code = s.code)
        """
    static let updateCentres: PostgresStatement = """
        update register.service_centre c
        set address = coalesce(s.address, c.address),
            phone = coalesce(s.phone, c.phone)
        from unnest($2, $3, $4) s (village, address, phone)
        join register.village v on v.county_id = $1 and v.code = s.village
        where c.village_id = v.id
        """
    static let insertCentres: PostgresStatement = """
        insert into register.service_centre (county_id, village_id, address, phone)
        select $1, v.id, coalesce(s.address, ''), coalesce(s.phone, '')
        from unnest($2, $3, $4) s (village, address, phone)
        join register.village v on v.county_id = $1 and v.code = s.village
        where not exists (select from register.service_centre c where c.village_id = v.id)
        """
}
