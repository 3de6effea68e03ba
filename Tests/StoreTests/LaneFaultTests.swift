import Contracts
import Domain
import PostgresClient
import Testing
import Workflow

@testable import Store

/// What counts against a record, and what does not.
struct LaneFaultTests {
    @Test func `Claims of an idle lane are not counted as attempts`() async throws {
        try await StoreCounty.with { county in
            for _ in 0..<30 { _ = try await county.claim("router") }
            #expect(try await county.claim("router").claimsSinceProgress == 0)
        }
    }

    @Test func `Claims that tried a batch are counted until one succeeds`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(1)
            let store = LaneStore(pool: county.pool)
            for _ in 0..<3 { try await store.recordAttempt(try await county.claim("router"), adding: 1) }
            let ticket = try await county.claim("router")
            #expect(ticket.claimsSinceProgress == 3)
            let records = county.topic.records()
            let origin = RecordOrigin(group: "router", topic: Topic.requests.rawValue, partition: 0)
            _ = try await county.router.handle(records, from: origin, ticket: ticket.advanced(past: records))
            #expect(try await county.claim("router").claimsSinceProgress == 0)
        }
    }

    @Test func `Whoever lives to see an attempt fail takes it back, also when another has the lane meanwhile`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(1)
            let store = LaneStore(pool: county.pool)
            let ticket = try await county.claim("router")
            try await store.recordAttempt(ticket, adding: 1)
            try await store.recordAttempt(try await county.claim("router"), adding: 1)
            try await store.withdrawAttempt(ticket)
            #expect(try await county.claim("router").claimsSinceProgress == 1)
            try await county.consume(county.router, "router")
            try await store.recordAttempt(try await county.claim("router"), adding: 1)
            // The lane has moved on: what counts now is another batch.
            try await store.withdrawAttempt(ticket)
            #expect(try await county.claim("router").claimsSinceProgress == 1)
        }
    }

    @Test func `Who is fenced counts no attempt, and whoever never heard whether it was counted takes back no other`() async throws {
        try await StoreCounty.with { county in
            let store = LaneStore(pool: county.pool)
            let fenced = try await county.claim("router")
            try await store.recordAttempt(try await county.claim("router"), adding: 1)
            await #expect(throws: LaneFault.fenced) { try await store.recordAttempt(fenced, adding: 1) }
            let present = try await county.claim("router")
            #expect(present.claimsSinceProgress == 1)
            // Its own attempt did not arrive: the one that is counted was a death.
            try await store.withdrawAttempt(present)
            #expect(try await county.claim("router").claimsSinceProgress == 1)
        }
    }

    @Test func `The first record a lane applies is its anchor until a later one is written down, or it is put back`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(1)
            #expect(try await county.claim("router").anchor == nil)
            let records = county.topic.records()
            try await county.consume(county.router, "router", from: [records[0]])
            let first = LaneAnchor(offset: 0, identity: records[0].identity)
            #expect(try await county.claim("router").anchor == first)
            try await county.consume(county.router, "router")
            let fenced = try await county.claim("router")
            let ticket = try await county.claim("router")
            #expect(ticket.nextOffset > 1 && ticket.anchor == first)
            let store = LaneStore(pool: county.pool)
            let later = LaneAnchor(offset: ticket.nextOffset - 1, identity: try #require(ticket.lastIdentity))
            #expect(try await store.recordAnchor(later, of: fenced) == false)
            #expect(try await county.claim("router").anchor == first)
            #expect(try await store.recordAnchor(later, of: try await county.claim("router")))
            #expect(try await LaneReader(pool: county.pool).lanes().first { $0.id == ticket.lane }?.anchor == later)
            _ = try await RepairTransactions(pool: county.pool).repair(
                .unapplied, because: "a test", log: county.log,
                resetting: [LanePosition(lane: ticket.lane, nextOffset: 0)],
                ticket: try await store.borrow(pool: "repair", owner: "test"))
            #expect(try await county.claim("router").anchor == nil)
        }
    }

    @Test func `A lane that reads again what became a dead letter long ago makes no second one`() async throws {
        try await StoreCounty.with { county in
            let store = LaneStore(pool: county.pool)
            let origin = RecordOrigin(group: "router", topic: Topic.requests.rawValue, partition: 0)
            let record = IncomingRecord(offset: 0, key: [1], value: [2], headers: [], timestamp: 1)
            func reject() async throws {
                let ticket = try await county.claim("router")
                _ = try await store.reject(
                    record, from: origin, because: RecordProblem(reason: "malformed", detail: "a test"), attempts: 1,
                    ticket: ticket.advanced(past: [record]))
            }
            try await reject()
            let lane = try await county.claim("router").lane
            try await county.run(
                """
                insert into tuesday.dead_letter (lane_id, lane_seq, at, first_seen_at, source_offset, source_partition,
                    attempts, source_topic, consumer_group, reason, detail)
                select \(lane), 1 + n, clock_timestamp(), clock_timestamp(), n, 0, 1, '', 'router', 'malformed', ''
                from generate_series(1, 10001) n
                """)
            try await county.run("update tuesday.lane set lane_seq = 10002 where id = \(lane)")
            try await reject()
            #expect(try await county.count("tuesday.dead_letter where source_offset = 0") == 1)
        }
    }

    @Test(arguments: [
        ("42501", PostgresFailure.Kind.syntaxOrAccess), ("42P01", .syntaxOrAccess), ("25006", .other),
        ("XX000", .other), ("58030", .other), ("54000", .other), ("57014", .statementTimeout), ("53100", .unavailable),
    ])
    func `A fault of the surroundings pauses the lane`(_ state: String, _ kind: PostgresFailure.Kind) {
        guard case .unavailable = LaneFault(PostgresFailure(kind, "no", sqlState: state)) else {
            Issue.record("\(state) would be held against the records")
            return
        }
    }

    @Test(arguments: [
        ("22021", PostgresFailure.Kind.other, nil), ("22003", .other, nil), ("23514", .constraint, nil),
        ("54000", .other, "an_index"),
    ])
    func `A fault of the data is the record's`(_ state: String, _ kind: PostgresFailure.Kind, _ index: String?) {
        guard case .failed = LaneFault(PostgresFailure(kind, "no", sqlState: state, constraint: index)) else {
            Issue.record("\(state) would stop the lane for one record")
            return
        }
    }

    @Test func `Records that come again tell the owner only once`() async throws {
        try await StoreCounty.with { county in
            try await county.submit(1, village: "V1")
            try await county.consume(county.router, "router")
            try await county.consume(county.followUp, "followup")
            // The same records under new offsets, as after a rebuild.
            try await county.topic.publish(county.topic.all.filter { $0.topic == .requests })
            try await county.consume(county.followUp, "followup")
            #expect(try await county.count("tuesday.notification where template = 'assigned'") == 1)
        }
    }
}
