import Contracts
import Domain
import Workflow

/// Follow-up as it is, over a simulated store.
struct FollowUpModel: BatchHandler {
    let world: World
    let process: SimulatedProcess

    func handle(_ records: [IncomingRecord], from origin: RecordOrigin, ticket: LaneTicket) async throws -> LaneCommit {
        try await follower(records, origin).handle(records, from: origin, ticket: ticket)
    }

    func fireDue(on lane: PoolLane) async throws {
        while try await follower().fireDue(limit: 3, lane: lane) == 3 {}
    }

    private func follower(_ records: [IncomingRecord] = [], _ origin: RecordOrigin? = nil) -> FollowUpRequests {
        FollowUpRequests(
            store: SimulatedFollowUpStore(world: world, process: process, records: records, origin: origin),
            registers: world.registers, log: World.silence, policy: SimulatedCounty.policy)
    }
}
