import Contracts
import Synchronization
import Testing
import Workflow

struct PublishingCursorTests {
    /// Of a commit whose answer was lost only the number is known; its messages are in the tables.
    @Test(.timeLimit(.minutes(5)))
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

    @Test(.timeLimit(.minutes(5)))
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

    @Test(.timeLimit(.minutes(5)))
    func `While one partition takes nothing, others get a message twice at most, and what is before it is done`() async {
        let sink = PartialSink(broken: 1_500, failures: 4)
        let recorded = Mutex<[Int64]>([])
        var keeper = OneLane(messages: (1...2_000).map { message($0) })
        keeper.recorded = { through in recorded.withLock { $0.append(through) } }
        let cursor = PublishingCursor(
            ticket: LaneTicket(lane: 1, epoch: 1, laneSeq: 0, publishedThrough: 0), keeper: keeper, sink: sink, log: silence)
        await cursor.enqueue(LaneCommit(messages: keeper.messages, laneSeq: 2_000), carried: 0)
        await cursor.finish()
        await cursor.run()
        #expect(sink.sent[0].count == 2_000)
        #expect(sink.sent[1...4] == [[1_500], [1_500], [1_500], [1_500]])
        #expect(Array(sink.sent[4...].joined()) == Array(1_500...2_000))
        #expect(sink.sent[4...].map(\.count) == [1, 2, 4, 8, 16, 32, 64, 128, 246])
        // On a slow machine the position is written more than once while it stands.
        #expect(Set(recorded.withLock { $0 }) == [1_499, 2_000])
    }

    @Test(.timeLimit(.minutes(5)))
    func `A tail that somebody left is tried with one message, also where memory has more to add`() async {
        let sink = HeldSink()
        let keeper = OneLane(messages: (1...20).map { message($0) })
        let cursor = PublishingCursor(
            ticket: LaneTicket(lane: 1, epoch: 1, laneSeq: 1, publishedThrough: 0), keeper: keeper, sink: sink, log: silence)
        let publishing = Task { await cursor.run() }
        await sink.arrived()
        await cursor.enqueue(LaneCommit(messages: Array(keeper.messages[1...]), laneSeq: 20), carried: 0)
        await sink.letGo()
        await cursor.finish()
        await publishing.value
        #expect(await sink.published == Array(1...20))
        #expect(await sink.pages == [1, 2, 4, 8, 5])
    }

    /// Is cancelled while it waits, and finds that two messages had been delivered.
    private struct CancelledSink: MessageSink {
        func publish(_ messages: [OutgoingMessage]) async throws {
            withUnsafeCurrentTask { $0?.cancel() }
            throw PublishingFailure(deliveredCount: 2, cause: CancellationError())
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `What was delivered is recorded also where publishing was cancelled meanwhile`() async {
        let recorded = Mutex<[Int64]>([])
        var keeper = OneLane()
        keeper.recorded = { through in recorded.withLock { $0.append(through) } }
        let cursor = PublishingCursor(
            ticket: LaneTicket(lane: 1, epoch: 1, laneSeq: 0, publishedThrough: 0), keeper: keeper, sink: CancelledSink(),
            log: silence)
        await cursor.enqueue(LaneCommit(messages: (1...5).map { message($0) }, laneSeq: 5), carried: 0)
        await Task { await cursor.run() }.value
        // Whoever takes long about it renews the lease besides, with the same number.
        #expect(Set(recorded.withLock { $0 }) == [2])
    }
}
