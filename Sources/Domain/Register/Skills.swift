/// Who asked for a skill (the county's four tiers). The raw values are stored; never renumber them.
public enum SkillTier: Int16, Sendable, CaseIterable {
    case residentDemanded = 1
    case job = 2
    case mainIndustry = 3
    case selfChosen = 4
}

public struct Skill: Sendable, Hashable {
    public typealias ID = Key<Skill>
    public let id: ID
    public let code: String
    public let name: String
    public let tier: SkillTier

    public init(id: ID, code: String, name: String, tier: SkillTier) {
        self.id = id
        self.code = code
        self.name = name
        self.tier = tier
    }
}

/// What can be asked for.
public struct Service: Sendable, Hashable {
    public typealias ID = Key<Service>
    public let id: ID
    public let code: String
    public let name: String
    public let skill: Skill.ID
    /// The least certificate level (1 to 5) that qualifies.
    public let level: Int16
    /// The service target, in working minutes: to acknowledge, counted from the assignment.
    public let acknowledgeMinutes: Int32
    /// The service target, in working minutes: to resolve, counted from acceptance.
    public let resolveMinutes: Int32
    /// 1 urgent … 5 whenever.
    public let priority: Int16
    /// What a request for it is asked besides; most services ask nothing.
    public let attributes: [ServiceAttribute]

    public init(
        id: ID, code: String, name: String, skill: Skill.ID, level: Int16, acknowledgeMinutes: Int32,
        resolveMinutes: Int32, priority: Int16, attributes: [ServiceAttribute] = []
    ) {
        self.id = id
        self.code = code
        self.name = name
        self.skill = skill
        self.level = level
        self.acknowledgeMinutes = acknowledgeMinutes
        self.resolveMinutes = resolveMinutes
        self.priority = priority
        self.attributes = attributes
    }
}
