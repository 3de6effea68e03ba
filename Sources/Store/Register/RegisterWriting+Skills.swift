import PostgresClient
import Workflow

extension RegisterWriting {
    mutating func skills(_ sheet: RegisterSheet<SkillRow>, _ progress: @Sendable (Int, Int) -> Void) async throws {
        let rows = sheet.rows
        try await upsert(
            "skill", of: rows.count, update: Self.updateSkills, insert: Self.insertSkills,
            [
                .texts(rows.map(\.code)), .texts(rows.map(\.name)), .optionalTexts(rows.map(\.nameInEnglish)),
                .int16s(rows.map(\.tier)),
            ])
        progress(rows.count, rows.count)
    }

    mutating func services(_ sheet: RegisterSheet<ServiceRow>, _ progress: @Sendable (Int, Int) -> Void) async throws {
        let rows = sheet.rows
        try await checkKnown(sheet.references, in: sheet.file)
        try await upsert(
            "service", of: rows.count, update: Self.updateServices, insert: Self.insertServices,
            [
                .texts(rows.map(\.code)), .texts(rows.map(\.name)), .optionalTexts(rows.map(\.nameInEnglish)),
                .optionalTexts(rows.map(\.category)), .optionalTexts(rows.map(\.keywords)),
                .texts(rows.map(\.skill.code)), .int16s(rows.map(\.level)), .int32s(rows.map(\.acknowledgeMinutes)),
                .int32s(rows.map(\.resolveMinutes)), .optionalInt16s(rows.map(\.priority)),
            ])
        progress(rows.count, rows.count)
    }

    /// A certificate is the same one when cadre, skill and day of issue are.
    mutating func certificates(
        _ sheet: RegisterSheet<CertificateRow>, _ progress: @Sendable (Int, Int) -> Void
    ) async throws {
        try await checkKnown(sheet.references, in: sheet.file)
        var start = 0
        while start < sheet.rows.count {
            let end = min(sheet.rows.count, start + Self.batch)
            let rows = sheet.rows[start..<end]
            try await upsert(
                "certificate", of: rows.count, update: Self.updateCertificates, insert: Self.insertCertificates,
                [
                    .texts(rows.map(\.cadre.code)), .texts(rows.map(\.skill.code)), .int16s(rows.map(\.level)),
                    .optionalTimestamps(rows.map { midnight($0.issuedOn) }),
                    .optionalTimestamps(rows.map { midnight($0.expiresOn) }),
                    .optionalTimestamps(
                        rows.map { if case .set(let day) = $0.revokedOn { midnight(day) } else { nil } }),
                    .bools(rows.map { $0.revokedOn == .kept }),
                ])
            start = end
            progress(end, sheet.rows.count)
        }
    }

    static let updateSkills: PostgresStatement = """
        update register.skill k
        set name = s.name,
            name_en = coalesce(s.name_en, k.name_en),
            tier = s.tier
        from unnest($2, $3, $4, $5) s (code, name, name_en, tier)
        where k.county_id = $1 and k.code = s.code
        """
    static let insertSkills: PostgresStatement = """
        insert into register.skill (county_id, code, name, name_en, tier)
        select $1, s.code, s.name, coalesce(s.name_en, ''), s.tier
        from unnest($2, $3, $4, $5) s (code, name, name_en, tier)
        where not exists (select from register.skill k where k.county_id = $1 and k.code = s.code)
        """
    static let updateServices: PostgresStatement = """
        update register.service v
        set name = s.name,
            name_en = coalesce(s.name_en, v.name_en),
            category = coalesce(s.category, v.category),
            keywords = coalesce(s.keywords, v.keywords),
            skill_id = k.id,
            level = s.level,
            acknowledge_minutes = s.acknowledge,
            resolve_minutes = s.resolve,
            priority = coalesce(s.priority, v.priority)
        from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            s (code, name, name_en, category, keywords, skill, level, acknowledge, resolve, priority)
        join register.skill k on k.county_id = $1 and k.code = s.skill
        where v.county_id = $1 and v.code = s.code
        """
    static let insertServices: PostgresStatement = """
        insert into register.service (
            county_id, code, name, name_en, category, keywords, skill_id, level, acknowledge_minutes, resolve_minutes,
            priority)
        select
            $1, s.code, s.name, coalesce(s.name_en, ''), coalesce(s.category, ''), coalesce(s.keywords, ''), k.id,
            s.level, s.acknowledge, s.resolve, coalesce(s.priority, 3)
        from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            s (code, name, name_en, category, keywords, skill, level, acknowledge, resolve, priority)
        join register.skill k on k.county_id = $1 and k.code = s.skill
        where not exists (select from register.service v where v.county_id = $1 and v.code = s.code)
        """
    static let updateCertificates: PostgresStatement = """
        update register.certificate x
        set level = s.level,
            expires_at = s.expires_at,
            revoked_at = case when s.keeps_revocation then x.revoked_at else s.revoked_at end
        from unnest($2, $3, $4, $5, $6, $7, $8)
            s (cadre, skill, level, issued_at, expires_at, revoked_at, keeps_revocation)
        join register.cadre d on d.county_id = $1 and d.code = s.cadre
        join register.skill k on k.county_id = $1 and k.code = s.skill
        where x.cadre_id = d.id and x.skill_id = k.id and x.issued_at = s.issued_at
        """
    static let insertCertificates: PostgresStatement = """
        insert into register.certificate (county_id, cadre_id, skill_id, level, issued_at, expires_at, revoked_at)
        select $1, d.id, k.id, s.level, s.issued_at, s.expires_at, s.revoked_at
        from unnest($2, $3, $4, $5, $6, $7, $8)
            s (cadre, skill, level, issued_at, expires_at, revoked_at, keeps_revocation)
        join register.cadre d on d.county_id = $1 and d.code = s.cadre
        join register.skill k on k.county_id = $1 and k.code = s.skill
        where not exists (
            select from register.certificate x
            where x.cadre_id = d.id and x.skill_id = k.id and x.issued_at = s.issued_at)
        """
}
