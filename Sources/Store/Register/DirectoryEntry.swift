import Domain
import PostgresClient

/// What a village's wall says of one cadre. Published on purpose; holds nothing of residents.
public struct DirectoryEntry: Sendable, Hashable, Codable {
    /// A skill the cadre holds a valid certificate of, at the highest level held.
    public struct Certified: Sendable, Hashable, Codable {
        public let skill: String
        /// 1 to 5.
        public let level: Int32
    }

    public let code: String
    public let name: String
    public let nameInEnglish: String
    public let agency: String
    public let post: String
    public let responsibilities: String
    public let officePhone: String
    /// `resident`, `assigned` or `town`: the nearest role in which the cadre serves the village.
    public let role: String
    public let isOnLeave: Bool
    /// By tier, then by code.
    public let skills: [Certified]

    init(_ row: PostgresRow) throws {
        let names = try row.strings(9)
        let levels = try row.int32s(10)
        code = try row.string(0)
        name = try row.string(1)
        nameInEnglish = try row.string(2)
        agency = try row.string(3)
        post = try row.string(4)
        responsibilities = try row.string(5)
        officePhone = try row.string(6)
        role = (CoverageRole(rawValue: try row.int16(7)) ?? .countyPool).word
        isOnLeave = try row.bool(8)
        skills = zip(names, levels).map { Certified(skill: $0, level: $1) }
    }
}
