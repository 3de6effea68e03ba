import Contracts
import Domain
import PostgresClient
import Synchronization
import Testing
import Workflow

@testable import Store

/// Dead letters that are as large as records may be: hundreds of them do not fit into a worker.
struct LargeLetterTests {
    private static let bound = Int(LaneStore.letterBytes) + DeadLetterRecord.largestWhole + 100_000

    /// A lane of letters of 800,000 bytes, one that is too large to leave whole, and a small notification behind each.
    private func fill(_ county: StoreCounty, letters: Int) async throws -> LaneTicket {
        let ticket = try await LaneStore(pool: county.pool).borrow(pool: "large", owner: "test")
        try await county.run(
            """
            insert into tuesday.dead_letter (lane_id, lane_seq, at, first_seen_at, source_offset, source_partition, attempts,
                source_topic, consumer_group, reason, detail, value)
            select \(ticket.lane), 2 * n - 1, now(), now(), n, 0, 1, 'a', 'b', 'malformed', '',
                convert_to(repeat('v', case n when 3 then 950000 else 800000 end), 'UTF8')
            from generate_series(1, \(letters)) n;
            insert into tuesday.notification (lane_id, lane_seq, at, county_id, recipient, template, body)
            select \(ticket.lane), 2 * n, now(), 1, 'cadre:1', 'assigned', '{}' from generate_series(1, \(letters)) n;
            update tuesday.lane set lane_seq = 2 * \(letters) where id = \(ticket.lane);
            """)
        return ticket
    }

    private func expectOmission(in messages: [OutgoingMessage]) {
        let letters = messages.filter { $0.topic == .deadLetters }
        let omitting = letters.filter { $0.headers.contains(.init(DeadLetterRecord.omittedHeader, "value")) }
        #expect(omitting.map(\.value) == [nil])
        #expect(letters.filter { $0.value?.count == 800_000 }.count == letters.count - 1)
    }

    @Test func `A tail of large letters is read in pages that a worker has room for, in order and without a gap`() async throws {
        try await StoreCounty.with { county in
            let ticket = try await fill(county, letters: 30)
            var messages: [OutgoingMessage] = []
            var pages = 0
            while true {
                let page = try await LaneStore(pool: county.pool)
                    .tail(of: ticket.lane, after: messages.last?.laneSeq ?? 0, limit: 2_000)
                guard !page.isEmpty else { break }
                #expect(page.reduce(0) { $0 + $1.byteCount } <= Self.bound)
                messages += page
                pages += 1
            }
            #expect(messages.map(\.laneSeq) == Array(1...60))
            #expect(pages == 3)
            expectOmission(in: messages)
        }
    }

    @Test func `Large letters leave again in pages that fit as well`() async throws {
        try await StoreCounty.with { county in
            _ = try await fill(county, letters: 30)
            let sink = Pages()
            let count = try await Republishing(store: LaneStore(pool: county.pool), sink: sink, owner: "test")
                .republish(.deadLetters, all: false)
            #expect(count == 30)
            let pages = sink.pages
            #expect(pages.allSatisfy { $0.reduce(0) { $0 + $1.byteCount } <= Self.bound })
            #expect(pages.joined().map(\.laneSeq) == (1...30).map { 2 * $0 - 1 })
            expectOmission(in: Array(pages.joined()))
        }
    }

    private final class Pages: MessageSink {
        private let published = Mutex<[[OutgoingMessage]]>([])

        var pages: [[OutgoingMessage]] { published.withLock { $0 } }

        func publish(_ messages: [OutgoingMessage]) async throws { published.withLock { $0.append(messages) } }
    }
}
