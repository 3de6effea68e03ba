/// Why a certificate at the needed level does not count now. Where a cadre has several, the most hopeful one speaks:
/// not begun, then revoked, then expired.
public enum CertificateInvalidity: Sendable, Hashable {
    case notBegun
    case revoked
    case expired
}

/// The first rule that removed a cadre from the choice, in the order in which the rules apply.
public enum RemovalRule: Sendable, Hashable {
    case notActive
    /// No certificate of the skill at all.
    case noCertificate
    /// Certificates of the skill, none at the needed level; `best` is the highest.
    case levelTooLow(best: Int16)
    case certificateNotValid(CertificateInvalidity)
    /// Declined the request or stayed silent before.
    case excluded
    case onLeave
    case atCapacity
    /// A nearer rung had someone. The cadre's load was not looked at.
    case higherRungNotNeeded
    /// Someone on the same rung holds a higher level.
    case lessQualified
    /// Someone of the same level is less loaded.
    case moreLoaded
    /// As qualified and as loaded as the winner; the lot fell otherwise.
    case tieBreak

    /// The word used in JSON and on pages.
    public var word: String {
        switch self {
        case .notActive: "not_active"
        case .noCertificate: "no_certificate"
        case .levelTooLow: "level_too_low"
        case .certificateNotValid(.notBegun): "certificate_not_begun"
        case .certificateNotValid(.revoked): "certificate_revoked"
        case .certificateNotValid(.expired): "certificate_expired"
        case .excluded: "excluded"
        case .onLeave: "on_leave"
        case .atCapacity: "at_capacity"
        case .higherRungNotNeeded: "higher_rung_not_needed"
        case .lessQualified: "less_qualified"
        case .moreLoaded: "more_loaded"
        case .tieBreak: "tie_break"
        }
    }
}

/// What a stored decision kept of the loads it saw.
public struct RoutingEvidence: Sendable, Hashable {
    /// As stored, in any order; empty when the decision was to wait.
    public var finalists: [Finalist]
    public var atCapacity: Set<Cadre.ID>

    public init(finalists: [Finalist], atCapacity: Set<Cadre.ID>) {
        self.finalists = finalists
        self.atCapacity = atCapacity
    }

    public init(_ decision: RoutingDecision) {
        switch decision {
        case .assign(let made): self.init(finalists: made.finalists, atCapacity: Set(made.atCapacity))
        case .wait(let made): self.init(finalists: [], atCapacity: Set(made.atCapacity))
        }
    }
}

/// Why a request went to whom it went: every cadre who covers the village, each once, on the nearest rung.
public struct RoutingExplanation: Sendable, Hashable {
    /// One cadre's part in the decision.
    public struct Candidate: Sendable, Hashable {
        public var cadre: Cadre.ID
        public var rung: Rung
        /// The highest level valid at the decision; nil when none was, or it was not looked at.
        public var level: Int16?
        /// What the decision saw; nil when it was not kept or not looked at.
        public var score: Finalist?
        /// Nil for the winner.
        public var removedBy: RemovalRule?
    }

    public var policyVersion: Int32
    public var registerVersion: Int64
    public var at: Instant
    /// Nil when the request had to wait.
    public var winner: Cadre.ID?
    public var rung: Rung?
    /// By rung, then by id.
    public var candidates: [Candidate]

    /// The stored finalists, best first.
    public var finalists: [Finalist]
}
