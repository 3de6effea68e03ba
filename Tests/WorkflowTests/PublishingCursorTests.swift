import Contracts
import Testing
import Workflow

struct PublishingCursorTests {
    /// Of a commit whose answer was lost only the number is known; its messages are in the tables.
    @Test(.timeLimit(.minutes(1)))
    func `What a lost commit left between two others is published between them`() async throws {
        let sink = HeldSink()
        let keeper = OneLane(messages: (1...5).map { message($0) })
        let cursor = PublishingCursor(
            ticket: LaneTicket(lane: 1, epoch: 1, laneSeq: 0, publishedThrough: 0), keeper: keeper, sink: sink, log: silence)
        let publishing = Task { await cursor.run() }
        await cursor.enqueue(LaneCommit(messages: [message(1)], laneSeq: 1), carried: 0)
        await sink.arrived()
        await cursor.enqueue(LaneCommit(messages: [message(2)], laneSeq: 2), carried: 0)
        await cursor.enqueue(LaneCommit(messages: [], laneSeq: 4), carried: 0)
        await cursor.enqueue(LaneCommit(messages: [message(5)], laneSeq: 5), carried: 0)
        await sink.letGo()
        await cursor.finish()
        await publishing.value
        #expect(await sink.published == [1, 2, 3, 4, 5])
    }

    @Test(.timeLimit(.minutes(1)))
    func `Whoever finishes a lane through which somebody has committed meanwhile comes to an end`() async throws {
        let sink = HeldSink()
        let keeper = OneLane(messages: (1...3).map { message($0) })
        let cursor = PublishingCursor(
            ticket: LaneTicket(lane: 1, epoch: 1, laneSeq: 2, publishedThrough: 0), keeper: keeper, sink: sink, log: silence)
        await cursor.finish()
        let publishing = Task { await cursor.run() }
        await sink.arrived()
        await sink.letGo()
        await publishing.value
        #expect(await sink.published == [1, 2, 3])
        #expect(await cursor.pendingCount == 0)
    }
}
