/// What the public may know of a cadre: what is posted on the villages' walls, with the instants from and until which it
/// holds. It is published on purpose and holds nothing of residents.
public struct PublicEntry: Sendable, Hashable {
    /// An area the cadre serves.
    public struct Area: Sendable, Hashable {
        public let role: CoverageRole
        /// The village's or town's code; empty for the county pool.
        public let code: String
        public let name: String

        public init(role: CoverageRole, code: String, name: String) {
            self.role = role
            self.code = code
            self.name = name
        }
    }

    /// A certificate: from ``validFrom`` up to, not including, ``validUntil``, which is its end or its revocation.
    public struct Certified: Sendable, Hashable {
        public let code: String
        public let name: String
        /// 1 to 5.
        public let level: Int16
        public let validFrom: Instant
        public let validUntil: Instant

        public init(code: String, name: String, level: Int16, validFrom: Instant, validUntil: Instant) {
            self.code = code
            self.name = name
            self.level = level
            self.validFrom = validFrom
            self.validUntil = validUntil
        }
    }

    /// A time the cadre is away: from ``beginsAt`` up to, not including, ``endsAt``.
    public struct Away: Sendable, Hashable {
        public let beginsAt: Instant
        public let endsAt: Instant

        public init(beginsAt: Instant, endsAt: Instant) {
            self.beginsAt = beginsAt
            self.endsAt = endsAt
        }
    }

    public let cadre: Cadre.ID
    public let county: County.ID
    public let countyCode: String
    public let code: String
    public let name: String
    public let nameInEnglish: String
    public let agency: String
    public let post: String
    public let responsibilities: String
    public let officePhone: String
    /// Nearest role first, then by code.
    public let areas: [Area]
    /// Those that are valid or will be; by the skill's tier and code.
    public let skills: [Certified]
    /// Those that are not over.
    public let leaves: [Away]

    public init(
        cadre: Cadre.ID, county: County.ID, countyCode: String, code: String, name: String, nameInEnglish: String,
        agency: String, post: String, responsibilities: String, officePhone: String, areas: [Area],
        skills: [Certified], leaves: [Away]
    ) {
        self.cadre = cadre
        self.county = county
        self.countyCode = countyCode
        self.code = code
        self.name = name
        self.nameInEnglish = nameInEnglish
        self.agency = agency
        self.post = post
        self.responsibilities = responsibilities
        self.officePhone = officePhone
        self.areas = areas
        self.skills = skills
        self.leaves = leaves
    }
}
