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
        self == .handedOver ? "handed_over" : String(describing: self)
    }

    public init?(word: some StringProtocol) {
        guard let match = Self.byWord[String(word)] else { return nil }
        self = match
    }

    private static let byWord = Dictionary(uniqueKeysWithValues: allCases.map { ($0.word, $0) })
}
