/// A set of event types, in one word: a set of its own for every request of a batch would be an allocation each.
public struct EventTypes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    public init(_ type: EventType) {
        rawValue = 1 << UInt32(type.rawValue)
    }

    public static let received = EventTypes(EventType.received)
    public static let assigned = EventTypes(EventType.assigned)
    public static let acknowledged = EventTypes(EventType.acknowledged)
    public static let started = EventTypes(EventType.started)
    public static let resolved = EventTypes(EventType.resolved)
    public static let declined = EventTypes(EventType.declined)
    public static let handedOver = EventTypes(EventType.handedOver)
    public static let reopened = EventTypes(EventType.reopened)
    public static let withdrawn = EventTypes(EventType.withdrawn)
}
