import Contracts
import Synchronization
import Testing
import Workflow

struct PoolLaneTests {
    /// First a commit lands whose answer is lost, and the lane cannot be read; then another's answer is lost and it did
    /// not land. The lane's row is ahead of what the lane remembers, and says nothing about the second.
    @Test(.timeLimit(.minutes(5)))
    func `A commit that did not land is not taken for the one before it that did`() async throws {
        let row = Atomic<Int64>(0)
        let resumes = Atomic<Int>(0)
        let keeper = OneLane(
            messages: [message(1), message(2)],
            resumed: { ticket in
                guard resumes.wrappingAdd(1, ordering: .relaxed).newValue > 1 else {
                    throw LaneFault.unavailable("the server is away")
                }
                var found = ticket
                found.laneSeq = row.load(ordering: .relaxed)
                return found
            })
        let lane = PoolLane(pool: "test", owner: "test", keeper: keeper, sink: OpenSink(), log: silence)
        await #expect(throws: LaneFault.unavailable("the server is away")) {
            try await lane.transact { _, prepared in
                let laneSeq = row.wrappingAdd(1, ordering: .relaxed).newValue
                prepared.set(LaneCommit(messages: [message(laneSeq)], laneSeq: laneSeq), "first")
                throw LaneFault.outcomeUnknown
            }
        }
        let attempts = Atomic<Int>(0)
        let answer = try await lane.transact { _, prepared in
            let commit = LaneCommit(messages: [message(2)], laneSeq: 2)
            guard attempts.wrappingAdd(1, ordering: .relaxed).newValue > 1 else {
                prepared.set(commit, "never committed")
                throw LaneFault.outcomeUnknown
            }
            row.store(2, ordering: .relaxed)
            prepared.set(commit, "committed")
            return commit
        }
        #expect(answer == "committed")
        await lane.close()
    }
}
