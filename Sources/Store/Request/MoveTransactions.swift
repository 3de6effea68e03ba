import Domain
import Failpoints
import PostgresClient
import Workflow

/// Moves of people, in PostgreSQL.
public struct MoveTransactions: MoveStore {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func move(
        _ commands: [MoveCommand], ticket: LaneTicket, prepared: Prepared<[MoveOutcome]>,
        decide: @Sendable (MoveCommand, RequestStatus, Instant) -> Result<Transition, Refusal>
    ) async throws -> LaneCommit {
        var outcomes: [MoveOutcome] = []
        return try await LaneTransaction.run(on: pool, ticket, prepare: { prepared.set($0, outcomes) }) {
            transaction, _ in
            let locked = try await RequestRow.lock(
                Array(Set(commands.map(\.request))), on: transaction.connection)
            var present = Dictionary(uniqueKeysWithValues: locked.map { ($0.status.id, $0.status) })
            failpoint("move.requests-locked")
            var writer = TransitionWriter()
            outcomes = commands.map { command in
                guard let status = present[command.request] else { return .unknown }
                switch decide(command, status, transaction.now) {
                case .failure(let refusal): return .refused(refusal)
                case .success(let transition):
                    writer.add(transition, note: command.note)
                    present[command.request] = transition.status
                    return .done(transition.status)
                }
            }
            try await writer.write(in: &transaction)
            failpoint("move.requests-written")
            try await writer.releaseLoads(on: transaction.connection)
        }
    }
}
