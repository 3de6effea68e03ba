import PostgresClient
import Workflow

extension RegisterWriting {
    /// A `year` row replaces that year's exceptions by the file's; sessions of a year replace that year's sessions.
    mutating func calendar(_ sheet: RegisterSheet<CalendarRow>, _ progress: @Sendable (Int, Int) -> Void) async throws {
        var years: [Int32] = []
        var days: [(day: Int32, isWorkday: Bool, name: String)] = []
        var sessions: [(day: Int32, opens: Int32, closes: Int32)] = []
        for row in sheet.rows {
            switch row {
            case .year(let year): years.append(year)
            case .day(let day, let isWorkday, let name): days.append((day, isWorkday, name))
            case .session(let day, let opens, let closes): sessions.append((day, opens, closes))
            }
        }
        let inserted = try await connection.query(Self.insertYears, [.int32(county.id.rawValue), .int32s(years)])
        count("calendar_year", of: years.count, updated: 0, inserted: inserted.affected)
        try await replaceUpsert(
            "calendar_day", of: days.count,
            [Self.deleteDays, Self.updateDays, Self.insertDays],
            [.int32s(years), .dates(days.map(\.day)), .bools(days.map(\.isWorkday)), .texts(days.map(\.name))])
        try await replaceUpsert(
            "session", of: sessions.count,
            [Self.deleteSessions, Self.updateSessions, Self.insertSessions],
            [.dates(sessions.map(\.day)), .int32s(sessions.map(\.opens)), .int32s(sessions.map(\.closes))])
        progress(sheet.rows.count, sheet.rows.count)
    }

    private mutating func replaceUpsert(
        _ entity: String, of total: Int, _ statements: [PostgresStatement], _ parameters: [PostgresParameter]
    ) async throws {
        let parameters = [.int32(county.id.rawValue)] + parameters
        let results = try await connection.pipeline(statements.map { PostgresCall($0, parameters) })
        count(
            entity, of: total, updated: results[1].affected, inserted: results[2].affected, removed: results[0].affected)
    }

    static let insertYears: PostgresStatement = """
        insert into register.calendar_year (county_id, year)
        select $1, s.year
        from unnest($2) s (year)
        where not exists (select from register.calendar_year y where y.county_id = $1 and y.year = s.year)
        """
    static let deleteDays: PostgresStatement = """
        delete from register.calendar_day d
        where d.county_id = $1
            and extract(year from d.day)::int = any ($2)
            and d.day <> all ($3)
            and cardinality($4) >= 0
            and cardinality($5) >= 0
        """
    static let updateDays: PostgresStatement = """
        update register.calendar_day d
        set is_workday = s.is_workday,
            name = s.name
        from unnest($3, $4, $5) s (day, is_workday, name)
        where d.county_id = $1 and d.day = s.day and cardinality($2) >= 0
        """
    static let insertDays: PostgresStatement = """
        insert into register.calendar_day (county_id, day, is_workday, name)
        select $1, s.day, s.is_workday, s.name
        from unnest($3, $4, $5) s (day, is_workday, name)
        where not exists (select from register.calendar_day d where d.county_id = $1 and d.day = s.day)
            and cardinality($2) >= 0
        """
    static let deleteSessions: PostgresStatement = """
        delete from register.session e
        where e.county_id = $1
            and extract(year from e.held_on) in (select extract(year from s.day) from unnest($2) s (day))
            and e.held_on <> all ($2)
            and cardinality($3) >= 0
            and cardinality($4) >= 0
        """
    static let updateSessions: PostgresStatement = """
        update register.session e
        set opens_at = time '00:00' + make_interval(mins => s.opens),
            closes_at = time '00:00' + make_interval(mins => s.closes)
        from unnest($2, $3, $4) s (day, opens, closes)
        where e.county_id = $1 and e.held_on = s.day
        """
    static let insertSessions: PostgresStatement = """
        insert into register.session (county_id, held_on, opens_at, closes_at)
        select
            $1, s.day, time '00:00' + make_interval(mins => s.opens), time '00:00' + make_interval(mins => s.closes)
        from unnest($2, $3, $4) s (day, opens, closes)
        where not exists (select from register.session e where e.county_id = $1 and e.held_on = s.day)
        """
}
