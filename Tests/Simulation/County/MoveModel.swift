import Domain
import Workflow

/// A client's wish to change a request.
struct MoveCall: Sendable {
    var request: RequestID
    var move: Move
    /// The number of the call, which the event carries.
    var cause: Int32

    /// Cadres speak for whoever owns the request.
    func actor(on status: RequestStatus) -> Actor {
        switch move {
        case .acknowledge, .start, .resolve, .decline: .cadre(status.owner ?? Key(-1))
        default: .resident
        }
    }
}

enum MoveAnswer: Sendable {
    case done, refused
}

/// Moves of people: requests locked by id, decided one after the other, loads given back last.
struct MoveModel {
    let world: World
    let process: SimulatedProcess

    func move(_ calls: [MoveCall], on lane: PoolLane) async throws -> [MoveAnswer] {
        try await lane.transact { ticket, prepared in
            var answers: [MoveAnswer] = []
            return try await LaneWork.run(
                world.database, process, ticket, prepare: { prepared.set($0, answers) }
            ) { work in
                answers = []
                var present = try await Present.lock(Set(calls.map(\.request)), in: work.transaction)
                for call in calls {
                    guard let status = present[call.request]?.status,
                        case .success(let transition) = decide(
                            call.move, by: call.actor(on: status), on: status, at: SimulatedCounty.now)
                    else {
                        answers.append(.refused)
                        continue
                    }
                    present[call.request]!.apply(transition, cause: call.cause, in: &work)
                    answers.append(.done)
                }
                try await Present.releaseLoads(of: present.values, in: work.transaction)
            }
        }
    }
}
