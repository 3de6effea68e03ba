import Domain
import PostgresClient

/// Reads counties, registers and directories.
public struct RegisterStore: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The county with that code, with its present register version; nil when there is none.
    public func countyByCode(_ code: String) async throws -> County? {
        try await pool.withConnection { connection in
            try await connection.query(RegisterStatements.countyByCode, [.text(code)]).first.map(Self.county)
        }
    }

    /// Every county, in the order in which they were added.
    public func counties() async throws -> [County] {
        try await pool.withConnection { connection in
            try await connection.query(RegisterStatements.counties).map(Self.county)
        }
    }

    /// The present version of a county's register; nil when there is no such county. One probe by primary key, so it
    /// may be asked often.
    public func currentVersion(_ county: County.ID) async throws -> Int64? {
        try await pool.withConnection { connection in
            try await connection.query("select c.version from register.county c where c.id = $1", [.int32(county.rawValue)])
                .first?.int64(0)
        }
    }

    /// The whole register of a county at a version (nil: the present one), all read from one snapshot.
    ///
    /// An older version is put together from the rows still unchanged and from `register.history`; it equals what was
    /// loaded when that version was the present one, except the county's own name and offset, which are not kept by
    /// version. Throws ``RegisterRefusal``.
    public func load(county: County.ID, version: Int64? = nil) async throws -> Register {
        try await pool.transaction(.snapshot) { connection in
            try await Self.load(county: county, version: version, on: connection)
        }
    }

    /// Who serves a village, as it is posted on the village's wall: its own cadres first, then the town's.
    ///
    /// Nil when the county has no such village. `instant` decides which certificates are valid and who is on leave.
    public func directory(county: County.ID, village: String, at instant: Instant) async throws -> [DirectoryEntry]? {
        try await pool.withConnection { connection in
            let known = try await connection.query(
                "select 1 from register.village v where v.county_id = $1 and v.code = $2",
                [.int32(county.rawValue), .text(village)])
            guard known.first != nil else { return nil }
            let rows = try await connection.query(
                RegisterStatements.directory,
                [.int32(county.rawValue), .text(village), .timestamp(microseconds: instant.microseconds)])
            return try rows.map(DirectoryEntry.init)
        }
    }
}

/// Why a register could not be loaded.
public enum RegisterRefusal: Error, Hashable, CustomStringConvertible {
    case unknownCounty(County.ID)
    /// The version is newer than the present one, or below 0.
    case unknownVersion(Int64, present: Int64)

    public var description: String {
        switch self {
        case .unknownCounty(let id): "There is no county with key \(id)."
        case .unknownVersion(let version, let present):
            "Register version \(version) does not exist; versions run from 0 to \(present)."
        }
    }
}

extension RegisterStore {
    static func county(_ row: PostgresRow) throws -> County {
        County(
            id: County.ID(try row.int32(0)), code: try row.string(1), name: try row.string(2),
            registerVersion: try row.int64(3), utcOffsetMinutes: try row.int32(4))
    }

    private static func load(
        county id: County.ID, version wanted: Int64?, on connection: PostgresConnection
    ) async throws -> Register {
        guard let present = try await connection.query(RegisterStatements.county, [.int32(id.rawValue)]).first.map(county)
        else { throw RegisterRefusal.unknownCounty(id) }
        let version = wanted ?? present.registerVersion
        guard (0...present.registerVersion).contains(version) else {
            throw RegisterRefusal.unknownVersion(version, present: present.registerVersion)
        }
        func read<Entry>(_ statement: PostgresStatement, _ entry: (PostgresRow) throws -> Entry) async throws -> [Entry] {
            try await connection.query(statement, [.int32(id.rawValue), .int64(version)]).map(entry)
        }
        let attributes = Dictionary(
            grouping: try await read(RegisterStatements.serviceAttributes, serviceAttribute), by: \.service)
        return Register(
            county: County(
                id: present.id, code: present.code, name: present.name, registerVersion: version,
                utcOffsetMinutes: present.utcOffsetMinutes),
            towns: try await read(RegisterStatements.towns, town),
            villages: try await read(RegisterStatements.villages, village),
            skills: try await read(RegisterStatements.skills, skill),
            services: try await read(RegisterStatements.services) { row in
                try service(row) { id in (attributes[id] ?? []).map(\.attribute) }
            },
            cadres: try await read(RegisterStatements.cadres, cadre),
            coverage: try await read(RegisterStatements.coverage, coverage),
            certificates: try await read(RegisterStatements.certificates, certificate),
            leaves: try await read(RegisterStatements.leaves, leave),
            calendar: try await calendar(
                version: version, utcOffsetMinutes: present.utcOffsetMinutes,
                years: read(RegisterStatements.calendarYears) { try $0.int32(0) },
                days: read(RegisterStatements.calendarDays) { (try $0.date(0), try $0.bool(1)) },
                sessions: read(RegisterStatements.sessions, session)))
    }

    private static func town(_ row: PostgresRow) throws -> Town {
        Town(
            id: Town.ID(try row.int32(0)), code: try row.string(1), name: try row.string(2),
            lead: try row.optionalInt32(3).map { Cadre.ID($0) })
    }

    private static func village(_ row: PostgresRow) throws -> Village {
        Village(
            id: Village.ID(try row.int32(0)), town: Town.ID(try row.int32(1)), code: try row.string(2),
            name: try row.string(3))
    }

    private static func skill(_ row: PostgresRow) throws -> Skill {
        let tier = try row.int16(3)
        guard let tier = SkillTier(rawValue: tier) else {
            throw PostgresFailure(.decode, "skill tier \(tier) is none of the four")
        }
        return Skill(id: Skill.ID(try row.int32(0)), code: try row.string(1), name: try row.string(2), tier: tier)
    }

    private static func service(
        _ row: PostgresRow, attributes: (Service.ID) -> [ServiceAttribute]
    ) throws -> Service {
        let id = Service.ID(try row.int32(0))
        return Service(
            id: id, code: try row.string(1), name: try row.string(2), skill: Skill.ID(try row.int32(3)),
            level: try row.int16(4), acknowledgeMinutes: try row.int32(5), resolveMinutes: try row.int32(6),
            priority: try row.int16(7), attributes: attributes(id))
    }

    private static func serviceAttribute(
        _ row: PostgresRow
    ) throws -> (service: Service.ID, attribute: ServiceAttribute) {
        let datatype = try row.string(2)
        guard let datatype = ServiceAttribute.Datatype(rawValue: datatype) else {
            throw PostgresFailure(.decode, "a service's attribute has the unknown datatype \(datatype)")
        }
        let values = zip(try row.strings(6), zip(try row.strings(7), try row.strings(8))).map { key, names in
            ServiceAttribute.Value(key: key, name: names.0, nameInEnglish: names.1)
        }
        let attribute = ServiceAttribute(
            code: try row.string(1), datatype: datatype, isRequired: try row.bool(3), description: try row.string(4),
            descriptionInEnglish: try row.string(5), values: values)
        return (Service.ID(try row.int32(0)), attribute)
    }

    private static func cadre(_ row: PostgresRow) throws -> Cadre {
        Cadre(
            id: Cadre.ID(try row.int32(0)), code: try row.string(1), name: try row.string(2),
            capacity: try row.int32(3), isActive: try row.bool(4))
    }

    private static func coverage(_ row: PostgresRow) throws -> Coverage {
        let role = try row.int16(1)
        guard let role = CoverageRole(rawValue: role) else {
            throw PostgresFailure(.decode, "coverage role \(role) is none of the four")
        }
        let area: Coverage.Area =
            if let village = try row.optionalInt32(2) { .village(Village.ID(village)) }
            else if let town = try row.optionalInt32(3) { .town(Town.ID(town)) }
            else { .countyPool }
        return Coverage(cadre: Cadre.ID(try row.int32(0)), role: role, area: area)
    }

    private static func certificate(_ row: PostgresRow) throws -> Certificate {
        Certificate(
            cadre: Cadre.ID(try row.int32(0)), skill: Skill.ID(try row.int32(1)), level: try row.int16(2),
            issuedAt: Instant(microseconds: try row.timestamp(3)),
            expiresAt: Instant(microseconds: try row.timestamp(4)),
            revokedAt: try row.optionalTimestamp(5).map { Instant(microseconds: $0) })
    }

    private static func leave(_ row: PostgresRow) throws -> Leave {
        Leave(
            cadre: Cadre.ID(try row.int32(0)), beginsAt: Instant(microseconds: try row.timestamp(1)),
            endsAt: Instant(microseconds: try row.timestamp(2)))
    }

    private static func session(_ row: PostgresRow) throws -> WorkingCalendar.Session {
        WorkingCalendar.Session(day: try row.date(0), opensMinute: try row.int32(1), closesMinute: try row.int32(2))
    }

    private static func calendar(
        version: Int64, utcOffsetMinutes: Int32, years: [Int32], days: [(day: Int32, isWorkday: Bool)],
        sessions: [WorkingCalendar.Session]
    ) -> WorkingCalendar {
        WorkingCalendar(
            version: version, utcOffsetMinutes: utcOffsetMinutes,
            holidays: Set(days.lazy.filter { !$0.isWorkday }.map(\.day)),
            makeupWorkdays: Set(days.lazy.filter(\.isWorkday).map(\.day)),
            sessions: sessions, loadedYears: Set(years))
    }
}
