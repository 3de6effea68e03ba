import Contracts
import Synchronization
import Testing
import Workflow

/// How long what a repair committed waits for its readers.
@Suite struct PacedPublishingTests {
    private struct NoSink: MessageSink {
        func publish(_ messages: [OutgoingMessage]) async throws {}
    }

    /// Publishes so many pages; `lag` is asked with how many messages are on the topic. Answers how often it was asked
    /// before each page.
    private func looks(
        pages: Int, patience: Duration, lag: @escaping @Sendable (Int64) -> Int64
    ) async throws -> [Int] {
        let count = Int64(pages * PacedPublishing.page)
        var keeper = OneLane()
        keeper.messages = (1...count).map(message)
        let published = Mutex<Int64>(0)
        let looks = Mutex([0])
        try await PacedPublishing(keeper: keeper, sink: NoSink(), pace: .init(maximumLag: 100, patience: patience)).run(
            LaneTicket(lane: 1, epoch: 1, laneSeq: count, publishedThrough: 0),
            lag: {
                looks.withLock { $0[$0.count - 1] += 1 }
                return .init(records: lag(published.withLock { $0 }), place: "a group")
            },
            progress: { progress in
                guard case .published(let through, _) = progress else { return }
                published.withLock { $0 = through }
                looks.withLock { $0.append(0) }
            })
        return looks.withLock { $0.dropLast() }
    }

    @Test func `A group that was given up holds up no later page`() async throws {
        let looks = try await looks(pages: 4, patience: .milliseconds(300)) { 1_000 + $0 }
        #expect(looks[0] > 1)
        #expect(looks.dropFirst() == [1, 1, 1])
    }

    @Test func `A group that gets on is waited for, also when it had been given up`() async throws {
        // It reads nothing before the first page, then 200 records between two looks, and before the last page nothing again.
        let behind = Mutex<Int64>(1_000)
        let looks = try await looks(pages: 3, patience: .milliseconds(300)) { published in
            behind.withLock { behind in
                if published == 2_000 { behind -= 200 }
                return published == 4_000 ? 5_000 : behind
            }
        }
        #expect(looks[0] > 1)
        #expect(looks[1] == 5)
        #expect(looks[2] > 1)
    }

    @Test func `What was delivered before a failure is recorded for whoever goes on`() async throws {
        let sink = PartialSink(broken: 5, failures: 1)
        let recorded = Mutex<[Int64]>([])
        var keeper = OneLane(messages: (1...9).map(message))
        keeper.recorded = { through in recorded.withLock { $0.append(through) } }
        await #expect(throws: PublishingFailure.self) {
            try await PacedPublishing(keeper: keeper, sink: sink, pace: .embedded).run(
                LaneTicket(lane: 1, epoch: 1, laneSeq: 9, publishedThrough: 0), lag: { .init(records: 0, place: "a group") },
                progress: { _ in })
        }
        #expect(recorded.withLock { $0 } == [4])
    }

    @Test func `Where a number is missing nothing is taken for published`() async throws {
        var keeper = OneLane(messages: [1, 2, 4].map(message))
        let recorded = Mutex<[Int64]>([])
        keeper.recorded = { through in recorded.withLock { $0.append(through) } }
        let ticket = LaneTicket(lane: 1, epoch: 1, laneSeq: 4, publishedThrough: 0)
        await #expect(throws: LaneFault.failed("lane 1 committed messages up to 4, but 3 is not in its tables")) {
            try await keeper.publishTail(of: ticket, after: 2, limit: 9, on: NoSink())
        }
        #expect(recorded.withLock { $0 } == [])
    }
}
