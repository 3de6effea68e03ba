/// What happened to a request. The raw values are stored; never renumber them.
public enum EventType: Int16, Sendable, CaseIterable {
    case received = 1
    case assigned = 2
    case waiting = 3
    case acknowledged = 4
    case started = 5
    case resolved = 6
    case declined = 7
    case handedOver = 8
    case confirmed = 9
    case reopened = 10
    case withdrawn = 11
    case rated = 12
    case breached = 13
    case escalated = 14

    /// The word used in JSON and SQL views.
    public var word: String {
        switch self {
        case .received: "received"
        case .assigned: "assigned"
        case .waiting: "waiting"
        case .acknowledged: "acknowledged"
        case .started: "started"
        case .resolved: "resolved"
        case .declined: "declined"
        case .handedOver: "handed_over"
        case .confirmed: "confirmed"
        case .reopened: "reopened"
        case .withdrawn: "withdrawn"
        case .rated: "rated"
        case .breached: "breached"
        case .escalated: "escalated"
        }
    }

    public init?(word: some StringProtocol) {
        var word = String(word)
        guard let match = word.withUTF8({ EventType(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = match
    }

    /// From the bytes of a word.
    public init?(utf8 word: UnsafeRawBufferPointer) {
        guard let match = Self.byWord.first(where: { $0.word.withUnsafeBytes { $0.elementsEqual(word) } }) else { return nil }
        self = match.type
    }

    private static let byWord = allCases.map { (word: Array($0.word.utf8), type: $0) }
}
