import Domain
import Workflow

/// What decoders look codes up in: two towns, and a service for each thing a service can ask.
enum FuzzedCounty {
    static let register = Register(
        county: County(id: .init(1), code: "C", name: "庆元", registerVersion: 1, utcOffsetMinutes: 480),
        towns: [
            Town(id: .init(1), code: "T1", name: "North", lead: nil),
            Town(id: .init(2), code: "T2", name: "South", lead: nil),
        ],
        villages: [
            Village(id: .init(1), town: .init(1), code: "V1", name: "One"),
            Village(id: .init(2), town: .init(2), code: "V2", name: "Two"),
        ],
        skills: [Skill(id: .init(1), code: "K1", name: "Water", tier: .job)],
        services: [service(1, "S1", []), service(2, "S2", ServiceAttribute.Datatype.allCases.map(attribute))],
        cadres: [], coverage: [], certificates: [], leaves: [],
        calendar: WorkingCalendar(version: 1, utcOffsetMinutes: 480, loadedYears: [2026]))
    static let registers = RegisterCache.Snapshot(registers: [register.county.id: register])
    /// 2026-11-23 10:00 there.
    static let now = Instant(seconds: 1_795_399_200)

    /// Reads files of its requests.
    /// - Throws: ``UnknownCode`` when the mapping does not fit it.
    static func reader(_ mapping: RequestMapping, isHistorical: Bool) throws -> ReadRequestFile {
        try ReadRequestFile(
            mapping: mapping, registers: registers, county: register, keywords: ["S1": ["tap", "水"], "S2": ["tap water"]],
            isHistorical: isHistorical, now: now)
    }

    private static let choices = [
        ServiceAttribute.Value(key: "a", name: "甲", nameInEnglish: ""),
        ServiceAttribute.Value(key: "b", name: "乙", nameInEnglish: "B"),
    ]

    private static func service(_ id: Int32, _ code: String, _ attributes: [ServiceAttribute]) -> Service {
        Service(
            id: .init(id), code: code, name: code, skill: .init(1), level: 1, acknowledgeMinutes: 60, resolveMinutes: 420,
            priority: 3, attributes: attributes)
    }

    private static func attribute(_ datatype: ServiceAttribute.Datatype) -> ServiceAttribute {
        ServiceAttribute(
            code: datatype.rawValue, datatype: datatype, isRequired: datatype == .string, description: "问题",
            descriptionInEnglish: "", values: datatype.isList ? choices : [])
    }
}
