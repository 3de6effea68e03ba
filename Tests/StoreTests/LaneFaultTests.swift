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
            for _ in 0..<3 { try await store.recordAttempt(try await county.claim("router")) }
            let ticket = try await county.claim("router")
            #expect(ticket.claimsSinceProgress == 3)
            let records = county.topic.records()
            let origin = RecordOrigin(group: "router", topic: Topic.requests.rawValue, partition: 0)
            _ = try await county.router.handle(records, from: origin, ticket: ticket.advanced(past: records))
            #expect(try await county.claim("router").claimsSinceProgress == 0)
        }
    }

    @Test(arguments: [
        ("42501", PostgresFailure.Kind.syntaxOrAccess), ("42P01", .syntaxOrAccess), ("25006", .other),
        ("XX000", .other), ("58030", .other), ("57014", .statementTimeout), ("53100", .unavailable),
    ])
    func `A fault of the surroundings pauses the lane`(_ state: String, _ kind: PostgresFailure.Kind) {
        guard case .unavailable = LaneFault(PostgresFailure(kind, "no", sqlState: state)) else {
            Issue.record("\(state) would be held against the records")
            return
        }
    }

    @Test(arguments: [("22021", PostgresFailure.Kind.other), ("22003", .other), ("23514", .constraint)])
    func `A fault of the data is the record's`(_ state: String, _ kind: PostgresFailure.Kind) {
        guard case .failed = LaneFault(PostgresFailure(kind, "no", sqlState: state)) else {
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
