/// A civil servant who serves residents.
public struct Cadre: Sendable, Hashable {
    public typealias ID = Key<Cadre>
    public let id: ID
    public let code: String
    public let name: String
    /// How many requests the cadre may own at once; 0 or more.
    public let capacity: Int32
    /// False once the cadre has left the service; kept so that history can be explained.
    public let isActive: Bool

    public init(id: ID, code: String, name: String, capacity: Int32, isActive: Bool) {
        self.id = id
        self.code = code
        self.name = name
        self.capacity = capacity
        self.isActive = isActive
    }
}

/// Proof, by examination, that a cadre has a skill at a level. Valid from `issuedAt` up to, not including,
/// `expiresAt`, and never from `revokedAt` on.
public struct Certificate: Sendable, Hashable {
    public let cadre: Cadre.ID
    public let skill: Skill.ID
    /// 1 (basic) to 5 (expert).
    public let level: Int16
    public let issuedAt: Instant
    public let expiresAt: Instant
    public let revokedAt: Instant?

    public init(
        cadre: Cadre.ID, skill: Skill.ID, level: Int16, issuedAt: Instant, expiresAt: Instant, revokedAt: Instant?
    ) {
        self.cadre = cadre
        self.skill = skill
        self.level = level
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }

    public func isValid(at instant: Instant) -> Bool {
        issuedAt <= instant && instant < expiresAt && (revokedAt.map { instant < $0 } ?? true)
    }
}

/// A time a cadre is away: from `beginsAt` up to, not including, `endsAt`.
public struct Leave: Sendable, Hashable {
    public let cadre: Cadre.ID
    public let beginsAt: Instant
    public let endsAt: Instant

    public init(cadre: Cadre.ID, beginsAt: Instant, endsAt: Instant) {
        self.cadre = cadre
        self.beginsAt = beginsAt
        self.endsAt = endsAt
    }

    public func covers(_ instant: Instant) -> Bool {
        beginsAt <= instant && instant < endsAt
    }
}

/// The role in which a cadre serves an area. The raw values are stored; never renumber them.
public enum CoverageRole: Int16, Sendable, CaseIterable {
    /// Lives and works in the village.
    case resident = 1
    /// A county cadre assigned to the village.
    case assigned = 2
    case town = 3
    case countyPool = 4

    /// The word used in JSON.
    public var word: String {
        switch self {
        case .resident: "resident"
        case .assigned: "assigned"
        case .town: "town"
        case .countyPool: "county_pool"
        }
    }
}

/// That a cadre covers an area, and as what.
public struct Coverage: Sendable, Hashable {
    public enum Area: Sendable, Hashable {
        case village(Village.ID)
        case town(Town.ID)
        case countyPool
    }

    public let cadre: Cadre.ID
    public let role: CoverageRole
    public let area: Area

    public init(cadre: Cadre.ID, role: CoverageRole, area: Area) {
        self.cadre = cadre
        self.role = role
        self.area = area
    }
}
