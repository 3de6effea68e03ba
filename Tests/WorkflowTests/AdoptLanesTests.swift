import Contracts
import Logging
import Synchronization
import Testing
import Workflow

@Suite(.timeLimit(.minutes(5))) struct AdoptLanesTests {
    /// Two lanes with one message each; of the first Kafka takes nothing.
    private final class Lanes: LaneKeeping, MessageSink {
        private struct Refused: Error {}
        private struct State {
            var free: [Int32] = [1, 2]
            var released: [Int32] = []
        }

        private let state = Mutex(State())

        var released: [Int32] { state.withLock { $0.released } }

        func adopt(owner: String) async throws -> LaneTicket? {
            state.withLock { state in
                guard !state.free.isEmpty else { return nil }
                return LaneTicket(lane: state.free.removeFirst(), epoch: 1, laneSeq: 1, publishedThrough: 0)
            }
        }

        func tail(of lane: Int32, after laneSeq: Int64, limit: Int) async throws -> [OutgoingMessage] {
            [OutgoingMessage(topic: .requests, laneSeq: 1, key: Array("\(lane)".utf8), value: nil, headers: [], at: 0)]
        }

        func publish(_ messages: [OutgoingMessage]) async throws {
            if messages[0].keyBytes.map({ Array($0) }) == Array("1".utf8) { throw Refused() }
        }

        func release(_ ticket: LaneTicket) async throws { state.withLock { $0.released.append(ticket.lane) } }
        func recordPublished(_ ticket: LaneTicket, through: Int64) async throws -> Bool { true }

        func log(cluster: String, incarnation: String) async throws -> (id: Int32, needsRebuild: Bool) { fatalError() }
        func claim(log: Int32, group: String, topic: String, partition: Int32, owner: String) async throws -> LaneTicket {
            fatalError()
        }
        func borrow(pool: String, owner: String) async throws -> LaneTicket { fatalError() }
        func resume(_ ticket: LaneTicket) async throws -> LaneTicket { fatalError() }
        func recordAttempt(_ ticket: LaneTicket, adding: Int32) async throws { fatalError() }
        func withdrawAttempt(_ ticket: LaneTicket) async throws { fatalError() }
        func recordAnchor(_ anchor: LaneAnchor, of ticket: LaneTicket) async throws -> Bool { fatalError() }
        func reject(
            _ record: IncomingRecord, from: RecordOrigin, because: RecordProblem, attempts: Int32, ticket: LaneTicket
        ) async throws -> LaneCommit { fatalError() }
    }

    @Test func `A lane that cannot be published does not hold up the next, and stays the adopter's until its lease ends`() async {
        let lanes = Lanes()
        let looks = Mutex(0)
        let adopt = AdoptLanes(
            keeper: lanes, sink: lanes, owner: "o", log: Logger(label: "test"), patience: .milliseconds(50))
        let running = Task { await adopt.run { _ in looks.withLock { $0 += 1 } } }
        while lanes.released.isEmpty { await Task.yield() }
        while looks.withLock({ $0 }) < 3 { await Task.yield() }
        running.cancel()
        await running.value
        #expect(lanes.released == [2])
    }
}
