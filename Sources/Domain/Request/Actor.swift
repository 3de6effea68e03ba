/// Who caused an event.
public enum Actor: Hashable, Sendable {
    case resident
    case cadre(Cadre.ID)
    case supervisor
    /// A worker of ours, acting by rule.
    case system

    /// Stored and published form: `resident`, `cadre:17`, `supervisor`, `system`.
    public var word: String {
        switch self {
        case .resident: "resident"
        case .cadre(let id): "cadre:\(id)"
        case .supervisor: "supervisor"
        case .system: "system"
        }
    }

    public init?(word: String) {
        switch word {
        case "resident": self = .resident
        case "supervisor": self = .supervisor
        case "system": self = .system
        default:
            guard word.hasPrefix("cadre:"), let id = Int32(word.dropFirst(6)) else { return nil }
            self = .cadre(Cadre.ID(id))
        }
    }
}
