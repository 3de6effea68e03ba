/// Who may make a move, and from which states: the whole life of a request as a table.
struct MoveRule {
    let actors: [ActorKind]
    let states: [RequestState]

    private static let open: [RequestState] = [.waiting, .assigned, .acknowledged, .started]
    private static let owned: [RequestState] = [.assigned, .acknowledged, .started]

    init(_ actors: [ActorKind], from states: [RequestState]) {
        self.actors = actors
        self.states = states
    }

    static func of(_ move: Move) -> MoveRule {
        switch move {
        case .acknowledge: MoveRule([.cadre], from: [.assigned])
        case .start: MoveRule([.cadre], from: [.assigned, .acknowledged])
        case .resolve(outside: false): MoveRule([.cadre, .supervisor], from: owned)
        case .resolve(outside: true): MoveRule([.supervisor, .system], from: open)
        case .decline: MoveRule([.cadre], from: [.assigned, .acknowledged])
        case .handOver: MoveRule([.supervisor, .system], from: owned)
        case .confirm: MoveRule([.resident], from: [.resolved])
        case .reopen: MoveRule([.resident], from: [.resolved, .confirmed])
        case .withdraw: MoveRule([.resident], from: open)
        case .rate: MoveRule([.resident], from: [.resolved, .confirmed])
        case .breach, .escalate: MoveRule([.system], from: open)
        }
    }

    /// The first thing that stands against the move: who, then where the request is, then whose it is.
    func refusal(of move: Move, by actor: Actor, on status: RequestStatus) -> Refusal? {
        guard actors.contains(ActorKind(actor)) else {
            return .actorNotAllowed(move, allowed: actors, found: actor)
        }
        guard states.contains(status.state) else {
            return .stateNotAllowed(move, allowed: states, found: status.state)
        }
        if case .cadre(let cadre) = actor, let owner = status.owner, owner != cadre {
            return .notTheOwner(move)
        }
        return nil
    }
}
