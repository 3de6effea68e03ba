import Domain
import Testing
import Workflow

@testable import Store

/// Unreadable records that a lane meets again after it was put back.
struct KnownLetterTests {
    private static let groups = ["tuesday-router", "tuesday-followup", "tuesday-stats"]

    /// Two requests of which the group has read nothing but a broken record about the second one, whose letter is settled;
    /// its lane stands at the beginning again.
    private func putBack(_ group: String, _ county: StoreCounty) async throws -> [RequestID] {
        let ids = try await county.submit(2, village: "V1")
        if group != "tuesday-router" { try await county.consume(county.router, "router") }
        try await county.acknowledge(ids)
        let ticket = try await county.consume(county.handler(of: group), group, from: [county.broken(ids[1], at: 10)])
        _ = try await county.discard(try #require(try await county.openLetters().first).id)
        _ = try await RepairTransactions(pool: county.pool).repair(
            .unapplied, because: "a test", log: county.log,
            resetting: [LanePosition(lane: ticket.lane, nextOffset: 0)],
            ticket: try await LaneStore(pool: county.pool).borrow(pool: "repair", owner: "test"))
        return ids
    }

    @Test(arguments: groups)
    func `What was settled keeps no event of its request from having its effect when it is read again`(
        _ group: String
    ) async throws {
        try await StoreCounty.with { county in
            let ids = try await putBack(group, county)
            let again = [county.broken(ids[1], at: 10)] + county.later()
            try await county.consume(county.handler(of: group), group, from: again)
            for id in ids { #expect(try await county.isDone(id, by: group)) }
            #expect(try await county.count("tuesday.dead_letter") == 1)
            #expect(try await county.count("tuesday.parked") == 0)
        }
    }

    @Test(arguments: groups)
    func `A new letter beside one that was settled parks their request`(_ group: String) async throws {
        try await StoreCounty.with { county in
            let ids = try await putBack(group, county)
            let again = [county.broken(ids[1], at: 10), county.broken(ids[1], at: 11)] + county.later()
            try await county.consume(county.handler(of: group), group, from: again)
            #expect(try await county.isDone(ids[0], by: group))
            #expect(try await !county.isDone(ids[1], by: group))
            #expect(try await county.openLetters().map(\.offset) == [11])
            #expect(try await county.count("tuesday.parked where request_id = '\(ids[1])'") == 1)
        }
    }
}
