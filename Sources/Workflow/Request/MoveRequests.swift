import Contracts
import Domain

/// Somebody's wish to change a request.
public struct MoveCommand: Sendable {
    public var request: RequestID
    public var move: Move
    public var actor: Actor
    /// What they said with it; kept beside the event of a move that is done.
    public var note: String?
    /// The request's last event as they know it; the move is refused when there is another. So it is done once, however often
    /// it is asked for. Nil: whatever happened meanwhile.
    public var after: Int32?

    /// - Parameter note: nil: the reason of a decline that has one.
    public init(request: RequestID, move: Move, actor: Actor, note: String? = nil, after: Int32? = nil) {
        self.request = request
        self.after = after
        self.move = move
        self.actor = actor
        if case .decline(let reason) = move { self.note = note ?? reason } else { self.note = note }
    }
}

public enum MoveOutcome: Sendable {
    case done(RequestStatus)
    case refused(Refusal)
    /// No request has this id.
    case unknown
}

/// One transaction of moves.
public protocol MoveStore: Sendable {
    /// Applies the commands in order; several for one request follow each other. One outcome per command.
    func move(
        _ commands: [MoveCommand], ticket: LaneTicket, prepared: Prepared<[MoveOutcome]>,
        decide: @Sendable (MoveCommand, RequestStatus, Instant) -> Result<Transition, Refusal>
    ) async throws -> LaneCommit
}

/// Lets residents, cadres and supervisors move requests along.
public struct MoveRequests: Sendable {
    private let store: any MoveStore

    public init(store: any MoveStore) {
        self.store = store
    }

    public func move(_ commands: [MoveCommand], lane: PoolLane) async throws -> [MoveOutcome] {
        try await lane.transact { ticket, prepared in
            try await store.move(commands, ticket: ticket, prepared: prepared) { command, status, now in
                if let known = command.after, known != status.lastSeq {
                    return .failure(.changedMeanwhile(after: known, found: status.lastSeq))
                }
                return decide(command.move, by: command.actor, on: status, at: now)
            }
        }
    }
}
