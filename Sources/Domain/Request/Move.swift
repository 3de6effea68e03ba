/// What somebody wants to do to a request that exists. Whether they may is for
/// ``decide(_:by:on:at:)`` to say.
public enum Move: Sendable, Hashable {
    /// The owner says "I have it".
    case acknowledge
    case start
    /// - Parameter outside: the work was done outside Tuesday; only its answer is recorded.
    case resolve(outside: Bool)
    /// - Parameter reason: free text for people; the caller stores it, no event carries it.
    case decline(reason: String?)
    case confirm
    case reopen
    case withdraw
    /// 1 to 5.
    case rate(Int16)
    /// Takes the request from its owner, so that it is routed again.
    case handOver
    case breach(DeadlineKind, dueAt: Instant)
    case escalate(DeadlineKind)

    /// The word used in refusals and paths, for example `hand_over`.
    public var word: String {
        switch self {
        case .acknowledge: "acknowledge"
        case .start: "start"
        case .resolve: "resolve"
        case .decline: "decline"
        case .confirm: "confirm"
        case .reopen: "reopen"
        case .withdraw: "withdraw"
        case .rate: "rate"
        case .handOver: "hand_over"
        case .breach: "breach"
        case .escalate: "escalate"
        }
    }
}
