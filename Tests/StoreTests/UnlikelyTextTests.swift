import Contracts
import Domain
import Testing
import Workflow

@testable import Store

/// Texts on the submissions topic that PostgreSQL would not take: they stop no lane, and are refused for what is wrong.
struct UnlikelyTextTests {
    private let origin = RecordOrigin(group: "intake", topic: Topic.submissions.rawValue, partition: 0)

    /// Lets intake read records as a lane does; answers the lane's ticket after them.
    @discardableResult
    private func read(_ county: StoreCounty, _ bodies: [String], id: String? = nil) async throws -> LaneTicket {
        let ticket = try await LaneStore(pool: county.pool).claim(
            log: county.log, group: origin.group, topic: origin.topic, partition: 0, owner: "test")
        let records = bodies.enumerated().map { offset, body in
            IncomingRecord(
                offset: ticket.nextOffset + Int64(offset), key: nil, value: Array(body.utf8),
                headers: id.map { [.init("ce_id", $0)] } ?? [], timestamp: 1)
        }
        let advanced = ticket.advanced(past: records)
        _ = try await county.intake.handle(records, from: origin, ticket: advanced)
        return advanced
    }

    private func body(channel: String = "app", source: String, village: String = "V1", description: String = "it drips") -> String {
        #"{"channel":"\#(channel)","source_id":"\#(source)","village":"\#(village)","service":"S1","description":"\#(description)"}"#
    }

    private func refusals(_ county: StoreCounty) async throws -> [String] {
        try await county.texts(
            """
            select code || ' ' || detail || ' ' || octet_length(channel) || ' ' || octet_length(source_id)
            from tuesday.refusal
            order by source_offset
            """)
    }

    @Test func `An id of one letter with thousands of marks is refused, and what is kept of it fits the index`() async throws {
        try await StoreCounty.with { county in
            // In no order, or the index would compress them.
            var dice: UInt64 = 7
            let marks = String(
                String.UnicodeScalarView(
                    (0..<6_000).map { _ in
                        dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return Unicode.Scalar(0x300 + UInt32(dice >> 33) % 112)!
                    }))
            #expect(("e" + marks).count == 1)
            try await read(
                county,
                [
                    body(source: "e" + marks), body(channel: "e" + marks, source: "2", village: "V9"),
                    body(channel: String(repeating: "😀", count: 41), source: String(repeating: "灯", count: 200), village: "V9"),
                ])
            #expect(
                try await refusals(county) == [
                    "too_long source_id 3 799", "unknown_village,too_long village,channel 159 1",
                    "unknown_village,too_long village,channel 160 600",
                ])
            #expect(try await county.count("tuesday.dead_letter") == 0)
        }
    }

    @Test func `The longest id that is taken is kept whole when it conflicts`() async throws {
        try await StoreCounty.with { county in
            let source = String(repeating: "😀", count: 200)
            try await read(county, [body(source: source), body(source: source, description: "it floods")])
            #expect(try await refusals(county) == ["conflict source_id 3 800"])
        }
    }

    @Test func `A NUL in a source id or channel is refused as such`() async throws {
        try await StoreCounty.with { county in
            try await read(
                county,
                [body(source: #"a\u0000b"#), body(channel: #"a\u0000b"#, source: "2"), body(source: "3")])
            #expect(try await refusals(county) == ["has_nul source_id 3 5", "has_nul channel 5 1"])
            #expect(try await county.count("tuesday.dead_letter") == 0)
            #expect(try await county.count("tuesday.request") == 1)
        }
    }

    @Test func `A lane keeps the id of a record with a NUL in it, and finds the record again`() async throws {
        try await StoreCounty.with { county in
            let ticket = try await read(county, [body(source: "1")], id: "a\0b")
            let store = LaneStore(pool: county.pool)
            let claimed = try await store.claim(
                log: county.log, group: origin.group, topic: origin.topic, partition: 0, owner: "test")
            #expect(claimed.nextOffset == 1 && claimed.lastIdentity == ticket.lastIdentity)
            let place = LanePlace(nextOffset: 1, lastIdentity: claimed.lastIdentity, anchor: claimed.anchor)
            func problem(_ id: String) async throws -> String? {
                try await place.problem(low: 0, high: 1) { offset in
                    IncomingRecord(offset: offset, key: nil, value: nil, headers: [.init("ce_id", id)], timestamp: 1)
                }
            }
            #expect(try await problem("a\0b") == nil)
            #expect(try await problem("a\0c") != nil)

            let record = IncomingRecord(offset: 1, key: nil, value: [0], headers: [.init("ce_id", "c\0d")], timestamp: 1)
            _ = try await store.reject(
                record, from: origin, because: RecordProblem(reason: "malformed", detail: "a test"), attempts: 1,
                ticket: claimed.advanced(past: [record]))
            let letter = try #require(try await county.openLetters().first)
            #expect(letter.headers == [.init("ce_id", "c\0d")])
        }
    }
}
