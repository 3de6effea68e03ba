import Domain
import Testing

@testable import Store

struct MeasurementReaderTests {
    @Test func `The promise overdue longest is told, and those of parked requests are not`() async throws {
        try await StoreCounty.with { county in
            let ids = try await county.submit(2)
            try await county.consume(county.router, "router")
            let reader = MeasurementReader(pool: county.pool)
            #expect(try await reader.overdueSeconds() == 0)

            try await county.setClock(StoreCounty.monday.adding(minutes: 3 * 1_440))
            for hours in [1, 2] {
                try await county.run(
                    """
                    update tuesday.deadline
                    set next_at = clock.now() - interval '\(hours) hours'
                    where request_id = '\(ids[hours - 1])'
                    """)
            }
            // The clock goes on meanwhile.
            #expect((7_200..<7_260).contains(try await reader.overdueSeconds()))
            try await county.run(
                "insert into tuesday.parked (consumer_group, request_id) values ('tuesday-followup', '\(ids[1])')")
            #expect((3_600..<3_660).contains(try await reader.overdueSeconds()))
        }
    }

    @Test func `Requests that wait are counted by reason, and the one that began first is told`() async throws {
        try await StoreCounty.with { county in
            _ = try await county.submit(3, service: "S3")
            try await county.consume(county.router, "router")
            try await county.run("update tuesday.waiting set since = clock.now() - interval '1 hour'")
            let waiting = try await MeasurementReader(pool: county.pool).waiting()
            #expect(waiting.mapValues(\.count) == [.nobodyCertified: 3])
            #expect((3_600..<3_660).contains(waiting[.nobodyCertified]?.oldestSeconds ?? 0))
        }
    }

    @Test func `What is committed and not published is counted, and letters that are open`() async throws {
        try await StoreCounty.with { county in
            _ = try await county.claim("router")
            let reader = MeasurementReader(pool: county.pool)
            let before = try await reader.backlog()
            try await county.run(
                """
                update tuesday.lane set lane_seq = lane_seq + 7 where id = (select min(id) from tuesday.lane);
                insert into tuesday.dead_letter (lane_id, lane_seq, at, first_seen_at, source_offset, source_partition,
                    attempts, source_topic, consumer_group, reason, detail, headers, source_timestamp, state)
                select min(l.id), 1, now(), now(), 5, 0, 1, 'a', 'b', 'c', 'd', '[]', 0, 'open' from tuesday.lane l
                """)
            let after = try await reader.backlog()
            #expect(after.unpublished - before.unpublished == 7)
            #expect((before.openLetters, after.openLetters) == (0, 1))
        }
    }
}
