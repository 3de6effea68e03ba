/// A county: the unit that owns a register, a calendar and a time zone.
public struct County: Sendable, Hashable {
    public typealias ID = Key<County>
    public let id: ID
    public let code: String
    public let name: String
    /// The version of the register this value was loaded at.
    public let registerVersion: Int64
    /// Offset of the county's clock from UTC in minutes (China: 480). Counties with daylight saving are not served.
    public let utcOffsetMinutes: Int32

    public init(id: ID, code: String, name: String, registerVersion: Int64, utcOffsetMinutes: Int32) {
        self.id = id
        self.code = code
        self.name = name
        self.registerVersion = registerVersion
        self.utcOffsetMinutes = utcOffsetMinutes
    }
}

public struct Town: Sendable, Hashable {
    public typealias ID = Key<Town>
    public let id: ID
    public let code: String
    public let name: String
    /// The cadre told about breaches and escalations in this town, if one is named.
    public let lead: Cadre.ID?

    public init(id: ID, code: String, name: String, lead: Cadre.ID?) {
        self.id = id
        self.code = code
        self.name = name
        self.lead = lead
    }
}

public struct Village: Sendable, Hashable {
    public typealias ID = Key<Village>
    public let id: ID
    public let town: Town.ID
    public let code: String
    public let name: String

    public init(id: ID, town: Town.ID, code: String, name: String) {
        self.id = id
        self.town = town
        self.code = code
        self.name = name
    }
}
