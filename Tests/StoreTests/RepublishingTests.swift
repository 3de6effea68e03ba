import Contracts
import Domain
import Synchronization
import Testing
import Workflow

@testable import Store

/// What a new cluster is given besides events.
struct RepublishingTests {
    /// What leaves again, two messages at a time.
    private func again(_ kind: RepublishedKind, _ county: StoreCounty, all: Bool = false) async throws -> [OutgoingMessage] {
        let sink = Collected()
        let count = try await Republishing(
            store: LaneStore(pool: county.pool), sink: sink, owner: "test", page: 2
        ).republish(kind, all: all)
        #expect(count == sink.messages.count)
        return sink.messages
    }

    @Test func `Notifications without a receipt leave again as they were, for a week`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(5)
            try await county.consume(county.router, "router")
            try await county.consume(county.followUp, "followup")
            let sent = county.topic.all.filter { $0.topic == .notifications }
            #expect(sent.count == 5)
            let whole = try await again(.notifications, county)
            #expect(whole.map(\.headers) == sent.map(\.headers))
            #expect(whole.map(\.key) == sent.map(\.key))
            #expect(whole.map(\.value) == sent.map(\.value))

            let receipts = ReceiptStore(pool: county.pool)
            let id = try #require(sent[2].headers.first { $0.name == "ce_id" }.flatMap { MessageID($0.value) })
            #expect(try await receipts.record(id))
            #expect(try await receipts.record(id))
            #expect(try await !receipts.record(MessageID(lane: id.lane, laneSeq: 99)))
            #expect(try await again(.notifications, county).map(\.laneSeq) == sent.map(\.laneSeq).filter { $0 != id.laneSeq })

            try await county.setClock(StoreCounty.monday.adding(minutes: 8 * 1_440))
            #expect(try await again(.notifications, county).isEmpty)
            #expect(try await again(.notifications, county, all: true).count == 4)
        }
    }

    @Test func `Open dead letters leave again as they were, settled ones only when all are asked for`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(3)
            try await county.consume(
                county.statistics, "tuesday-stats",
                from: ids.enumerated().map { county.broken($1, at: Int64($0)) })
            let sent = county.topic.all.filter { $0.topic == .deadLetters }
            _ = try await county.discard(try #require(try await county.openLetters().first).id)
            #expect(try await again(.deadLetters, county).map(\.headers) == sent.dropFirst().map(\.headers))
            #expect(try await again(.deadLetters, county, all: true).map(\.headers) == sent.map(\.headers))
        }
    }

    @Test func `Of the directory the last entry of each cadre leaves again, and nothing older after it`() async throws {
        try await StoreCounty.with { county in
            try await importing("First", into: county)
            try await importing("Second", into: county)
            let store = LaneStore(pool: county.pool)
            let lane = try #require(try await LaneReader(pool: county.pool).lanes().first { $0.group == LaneStore.registerPool })
            let written = try await store.tail(of: lane.id, after: 0, limit: 1_000)
            var last: [[UInt8]: OutgoingMessage] = [:]
            for message in written { last[try #require(message.key)] = message }
            #expect(last.count < written.count)

            let entries = try await again(.directory, county)
            #expect(Set(entries.map(\.laneSeq)) == Set(last.values.map(\.laneSeq)))
            for entry in entries { #expect(entry.value == last[entry.key ?? []]?.value) }
            // Nobody publishes an older entry after these, and an import's next ones leave as ever.
            #expect(try await store.adopt(owner: "test", pool: LaneStore.registerPool) == nil)
            try await importing("Third", into: county)
            let next = try #require(try await store.adopt(owner: "test", pool: LaneStore.registerPool))
            #expect(next.laneSeq - next.publishedThrough == 1)
            try await store.release(next)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `Whoever loses the directory's lane while Kafka is waited for publishes no more, and says what to do`() async throws {
        try await StoreCounty.with { county in
            try await importing("First", into: county)
            let (store, sink) = (LaneStore(pool: county.pool), HeldTopic())
            let rebuilding = Task {
                try await Republishing(store: store, sink: sink, owner: "test", page: 2).republish(.directory, all: false)
            }
            await sink.arrived()
            var other: LaneTicket?
            while other == nil {
                try await county.run("update tuesday.lane set lease_until = '-infinity'")
                other = try await store.take(pool: LaneStore.registerPool, owner: "other")
            }
            sink.letGo()
            do {
                _ = try await rebuilding.value
                Issue.record("somebody else has the lane")
            } catch LaneFault.unavailable(let why) {
                #expect(why.contains("run `tuesday topics rebuild` again"))
            }
            #expect(sink.pages == 1)
            // It is the other's, with what is left to publish.
            let ticket = try #require(other)
            #expect(try await store.resume(ticket).publishedThrough == 0)
            #expect(try await store.recordPublished(ticket, through: 0))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `The directory's lane stays whose it is while Kafka is waited for, and while an import is at it`() async throws {
        try await StoreCounty.with { county in
            try await importing("First", into: county)
            let (store, sink) = (LaneStore(pool: county.pool), HeldTopic())
            let rebuilding = Task {
                try await Republishing(
                    store: store, sink: sink, owner: "test", page: 2, renewal: .milliseconds(10)
                ).republish(.directory, all: false)
            }
            await sink.arrived()
            try await county.run("update tuesday.lane set lease_until = clock_timestamp() - interval '1 second'")
            while try await county.count("tuesday.lane where lease_until > clock_timestamp()") == 0 { await Task.yield() }
            // The lane's row is locked: its lease cannot be renewed, and is not lost either.
            try await county.pool.transaction { connection in
                try await connection.query("select from tuesday.lane for no key update")
                sink.letGo()
                try await county.awaitLockWaits(1)
            }
            #expect(try await rebuilding.value == 9)
            #expect(try await store.adopt(owner: "test", pool: LaneStore.registerPool) == nil)
        }
    }

    private func importing(_ name: String, into county: StoreCounty) async throws {
        let file = try ReadRegisterFile(.cadres)(
            file: "f.csv",
            bytes: Array(
                "county,cadre,name,agency,agency_name,post,post_name,capacity\nC,C1,\(name),A1,Office,P1,Clerk,20\n".utf8))
        _ = try await RegisterImporter(pool: county.pool).store(file, isDryRun: false)
    }

    private final class Collected: MessageSink {
        private let collected = Mutex<[OutgoingMessage]>([])

        var messages: [OutgoingMessage] { collected.withLock { $0 } }

        func publish(_ messages: [OutgoingMessage]) async throws { collected.withLock { $0 += messages } }
    }

    /// Takes the first page only when it is let.
    private final class HeldTopic: MessageSink {
        private let count = Mutex(0)
        private let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        private let (gates, gate) = AsyncStream.makeStream(of: Void.self)

        var pages: Int { count.withLock { $0 } }

        func publish(_ messages: [OutgoingMessage]) async throws {
            count.withLock { $0 += 1 }
            arrival.finish()
            for await _ in gates {}
        }

        /// Returns when the first page is under way.
        func arrived() async { for await _ in arrivals {} }
        func letGo() { gate.finish() }
    }
}
