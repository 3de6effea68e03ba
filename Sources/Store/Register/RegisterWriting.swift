import Domain
import PostgresClient
import Workflow

/// One import's writes to one county, inside one transaction.
struct RegisterWriting {
    let connection: PostgresConnection
    let county: County
    var counts: [String: ImportReport.Count] = [:]

    /// Rows go to the server this many at a time, so that a large file neither fills memory twice nor looks stuck.
    static let batch = 2000

    /// Takes the county's row. Throws `ImportRefusal` when there is no such county.
    init<Row>(_ sheet: RegisterSheet<Row>, on connection: PostgresConnection) async throws {
        try await self.init(sheet.county, in: sheet.file, on: connection)
    }

    private init(_ reference: SheetReference, in file: String, on connection: PostgresConnection) async throws {
        let row = try await connection.query(
            """
            select c.id, c.code, c.name, c.version, c.utc_offset_minutes
            from register.county c
            where c.code = $1
            for no key update
            """, [.text(reference.code)])
        guard let county = try row.first.map(RegisterStore.county) else {
            throw ImportRefusal([
                reference.unknown(in: file, "the code of a county; `tuesday import villages` adds one")
            ])
        }
        self.connection = connection
        self.county = county
    }

    /// As above, but adds the county when there is none yet, and brings its name up to date.
    init(
        _ sheet: RegisterSheet<VillageRow>, adding row: VillageRow, on connection: PostgresConnection
    ) async throws {
        let inserted = try await connection.query(
            """
            insert into register.county (code, name, name_en, utc_offset_minutes)
            values ($1, $2, coalesce($3, ''), coalesce($4, 480))
            on conflict (code) do nothing
            """,
            [
                .text(sheet.county.code), .text(row.countyName), .text(row.countyNameInEnglish),
                .int32(row.utcOffsetMinutes),
            ])
        try await self.init(sheet, on: connection)
        let updated = try await connection.query(
            """
            update register.county c
            set name = $2,
                name_en = coalesce($3, c.name_en),
                utc_offset_minutes = coalesce($4, c.utc_offset_minutes)
            where c.id = $1
                and (c.name, c.name_en, c.utc_offset_minutes)
                    is distinct from ($2, coalesce($3, c.name_en), coalesce($4, c.utc_offset_minutes))
            """,
            [
                .int32(county.id.rawValue), .text(row.countyName), .text(row.countyNameInEnglish),
                .int32(row.utcOffsetMinutes),
            ])
        count("county", of: 1, updated: updated.affected, inserted: inserted.affected)
    }

    func report() async throws -> ImportReport {
        let after = try await connection.query(
            "select c.version from register.county c where c.id = $1", [.int32(county.id.rawValue)])
        return ImportReport(
            county: county.code, counts: counts, versionBefore: county.registerVersion,
            versionAfter: try after.first?.int64(0) ?? county.registerVersion)
    }

    mutating func count(_ entity: String, of total: Int, updated: Int, inserted: Int, removed: Int = 0) {
        var count = counts[entity, default: ImportReport.Count()]
        count.updated += updated
        count.inserted += inserted
        count.removed += removed
        count.unchanged += max(0, total - updated - inserted)
        counts[entity] = count
    }

    /// Updates what is there, then inserts what is not: not `on conflict`, which fires the insert trigger, and so
    /// raises the register's version, for rows that turn out to be there. The update trigger drops what changes
    /// nothing, so `affected` counts real changes.
    mutating func upsert(
        _ entity: String, of total: Int, update: PostgresStatement, insert: PostgresStatement,
        _ parameters: [PostgresParameter]
    ) async throws {
        let parameters = [.int32(county.id.rawValue)] + parameters
        let results = try await connection.pipeline([PostgresCall(update, parameters), PostgresCall(insert, parameters)])
        count(entity, of: total, updated: results[0].affected, inserted: results[1].affected)
    }

    /// Throws `ImportRefusal` naming every reference that names nothing of its entity.
    func checkKnown(_ references: [SheetReference], in file: String) async throws {
        var known: [String: Set<String>] = [:]
        for entity in Set(references.map(\.entity)) {
            let rows = try await connection.query(
                PostgresStatement(unprepared: "select e.code from register.\(entity) e where e.county_id = $1"),
                [.int32(county.id.rawValue)])
            known[entity] = try Set(rows.map { try $0.string(0) })
        }
        let problems = references.filter { known[$0.entity]?.contains($0.code) != true }
            .map { $0.unknown(in: file, "the code of a \($0.entity) of county \(county.code)") }
        if !problems.isEmpty { throw ImportRefusal(problems) }
    }

    /// Why `sheet` is refused: its bad cells and its references that name nothing.
    static func refusal(of sheet: RefusedSheet, on connection: PostgresConnection) async throws -> ImportRefusal {
        guard let county = sheet.county else { return ImportRefusal(sheet.problems) }
        do {
            let writing = try await RegisterWriting(county, in: sheet.file, on: connection)
            try await writing.checkKnown(sheet.references, in: sheet.file)
            return ImportRefusal(sheet.problems)
        } catch let refusal as ImportRefusal {
            return ImportRefusal(sheet.problems + refusal.problems)
        }
    }

    /// The first instant of a local day.
    func midnight(_ day: Int32) -> Int64 {
        Int64(day) * 86_400_000_000 - Int64(county.utcOffsetMinutes) * 60_000_000
    }
}

/// The first row for each key, in the order of the file.
func distinct<Row>(_ rows: some Sequence<Row>, by key: (Row) -> String) -> [Row] {
    var seen: Set<String> = []
    return rows.filter { seen.insert(key($0)).inserted }
}
