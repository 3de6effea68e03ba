import Contracts
import Domain
import PostgresClient
import Testing
import Workflow

@testable import Store

/// Settling all letters: which those are.
struct DeadLetterIDTests {
    /// Letters of two groups and reasons, five of each instant, with headers of 100,000 bytes and a key of 50,000.
    private func fill(_ county: StoreCounty, letters: Int) async throws {
        let lanes = [
            try await LaneStore(pool: county.pool).borrow(pool: "one", owner: "test").lane,
            try await LaneStore(pool: county.pool).borrow(pool: "two", owner: "test").lane,
        ]
        try await county.run(
            """
            insert into tuesday.dead_letter (lane_id, lane_seq, at, first_seen_at, source_offset, source_partition, attempts,
                source_topic, consumer_group, reason, detail, key, headers)
            select case n % 2 when 0 then \(lanes[0]) else \(lanes[1]) end, \(letters) - n,
                to_timestamp(1000 + n / 5), now(), n, 0, 1, 'topic-' || n % 2, 'group-' || n % 2, 'reason-' || n % 3, '',
                convert_to(repeat('k', 50000), 'UTF8'), jsonb_build_array(jsonb_build_array('a', repeat('h', 100000)))::text
            from generate_series(0, \(letters) - 1) n;
            update tuesday.dead_letter
            set state = 'discarded', settled_at = now(), settled_by = 'test', settled_because = 'a'
            where source_offset = 13;
            """)
    }

    @Test func `Pages of ids make up what the list shows, for each filter, and nothing else is read`() async throws {
        try await StoreCounty.with { county in
            try await fill(county, letters: 40)
            let reader = DeadLetterReader(pool: county.pool)
            for filter in [
                DeadLetterFilter(), DeadLetterFilter(state: nil), DeadLetterFilter(state: .discarded),
                DeadLetterFilter(group: "group-1"), DeadLetterFilter(topic: "topic-0", reason: "reason-2"),
            ] {
                let listed = try await reader.letters(filter, limit: 1_000).map(\.id)
                #expect(!listed.isEmpty)
                for page in [1, 3, 5, 40, 1_000] {
                    #expect(try await reader.ids(filter, limit: 1_000, page: page) == listed)
                }
                #expect(try await reader.ids(filter, limit: 7, page: 3) == Array(listed.prefix(7)))
            }
            let columns = try await county.pool.withConnection { connection in
                try await connection.pipeline([DeadLetterReader.places(.init(), after: nil, limit: 100)])[0].columnNames
            }
            #expect(columns == ["lane_id", "lane_seq", "at"])
        }
    }

    @Test func `Letters that another tool settles between two pages are not found, and no other is left out`() async throws {
        try await StoreCounty.with { county in
            try await fill(county, letters: 20)
            let reader = DeadLetterReader(pool: county.pool)
            let all = try await reader.ids(.init(), limit: 1_000)
            let first = try await reader.places(.init(), after: nil, limit: 6)
            #expect(first.map(\.id) == Array(all[..<6]))
            for index in [0, 5, 6, 11] { _ = try await county.discard(all[index]) }
            let second = try await reader.places(.init(), after: first.last, limit: 1_000)
            #expect(second.map(\.id) == Array(all[7..<11] + all[12...]))
        }
    }

    @Test func `Two tools that settle all letters settle each once`() async throws {
        try await StoreCounty.with { county in
            try await fill(county, letters: 20)
            @Sendable func discardAll(by tool: String) async throws -> Int {
                var settled = 0
                let ids = try await DeadLetterReader(pool: county.pool).ids(.init(), limit: 1_000, page: 3)
                for id in ids {
                    let outcome = try await county.discard(id, by: tool)
                    #expect([.discarded(resumed: nil), .wasSettled(.discarded)].contains(outcome))
                    if outcome == .discarded(resumed: nil) { settled += 1 }
                }
                return settled
            }
            async let one = discardAll(by: "one tool")
            async let other = discardAll(by: "another tool")
            #expect(try await one + other == 19)
            #expect(try await county.openLetters().isEmpty)
        }
    }
}
