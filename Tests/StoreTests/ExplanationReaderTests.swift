import Domain
import Testing
import Workflow

@testable import Store

struct ExplanationReaderTests {
    @Test func `An assignment is explained from the register it saw`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1, village: "V1")[0]
            try await county.consume(county.router, "router")
            try await county.move(id, .decline(reason: nil), by: .cadre(Cadre.ID(1)))
            try await county.consume(county.router, "router")
            try await county.run("update register.cadre set is_active = false")
            let reader = ExplanationReader(pool: county.pool)
            let first = try await reader.explain(id, assignment: 1)
            #expect(first.explanation.winner == Cadre.ID(1))
            #expect(first.explanation.rung == .village)
            let last = try await reader.explain(id)
            #expect(last.explanation.winner == Cadre.ID(7))
            #expect(last.explanation.candidates.first { $0.cadre == Cadre.ID(1) }?.removedBy == .excluded)
            #expect(last.wait == nil)
            await #expect(throws: ExplanationRefusal.unknownAssignment(id, number: 9, present: 2)) {
                try await reader.explain(id, assignment: 9)
            }
            await #expect(throws: ExplanationRefusal.unknownRequest(RequestID(5))) { try await reader.explain(RequestID(5)) }
        }
    }

    @Test func `A wait is explained by what its last decision saw, not by what is so now`() async throws {
        try await StoreCounty.with { county in
            try await county.run("update register.cadre set capacity = 1 where id in (1, 7, 9)")
            try await county.submit(3, village: "V1")
            try await county.consume(county.router, "router")
            let id = try await county.submit(1, village: "V1")[0]
            try await county.consume(county.router, "router")
            #expect(try await county.status(id).reason == .everyoneAtCapacity)
            let version = try #require(Int64(try await county.texts("select version::text from register.county")[0]))
            // Everything changes, and no router has looked again.
            try await county.run(
                """
                update register.cadre_load set open = 0;
                update register.cadre set is_active = false where id in (7, 8);
                """)
            try await county.setClock(StoreCounty.monday.adding(minutes: 10))
            let told = try await ExplanationReader(pool: county.pool).explain(id)
            #expect(told.explanation.winner == nil)
            #expect(told.explanation.at == StoreCounty.monday)
            #expect(told.explanation.registerVersion == version)
            #expect(told.explanation.policyVersion == RoutingPolicy.current.version)
            #expect(told.explanation.candidates.map(\.cadre.rawValue) == [1, 7, 9])
            #expect(told.explanation.candidates.allSatisfy { $0.removedBy == .atCapacity })
            let wait = try #require(told.wait)
            #expect(wait.attempts == 1)
            #expect(wait.retryAt == StoreCounty.monday.adding(seconds: 60))
            #expect(wait.grounds?.atCapacity.map(\.rawValue) == [1, 7, 9])
            #expect(wait.grounds?.atCapacityLeftOut == 0)
        }
    }

    @Test func `A later decision to wait takes the place of the earlier one`() async throws {
        try await StoreCounty.with { county in
            try await county.run("update register.cadre set capacity = 0 where id in (1, 7, 9)")
            let id = try await county.submit(1, village: "V1")[0]
            try await county.consume(county.router, "router")
            try await county.run(
                """
                insert into register.leave (county_id, cadre_id, begins_at, ends_at)
                values (1, 7, '2026-01-01', '2027-06-01')
                """)
            #expect(try await county.router.retry(limit: 10, lane: county.lane("retry")) == 1)
            let told = try await ExplanationReader(pool: county.pool).explain(id)
            #expect(told.wait?.attempts == 2)
            #expect(told.wait?.grounds?.atCapacity.map(\.rawValue) == [1, 9])
            #expect(told.explanation.candidates.map(\.removedBy) == [.atCapacity, .onLeave, .atCapacity])
        }
    }

    @Test func `A request nobody decided about is not explained, whether or not it has a timer`() async throws {
        try await StoreCounty.with { county in
            let lane = county.lane("intake")
            let id = try await county.submit(1, village: "V1", lane: lane)[0]
            await lane.close()
            let reader = ExplanationReader(pool: county.pool)
            await #expect(throws: ExplanationRefusal.notRouted(id)) { try await reader.explain(id) }
            try await county.router.sweep(limit: 10, after: .zero)
            #expect(try await county.count("tuesday.waiting") == 1)
            await #expect(throws: ExplanationRefusal.notRouted(id)) { try await reader.explain(id) }
        }
    }

    @Test func `A wait decided by a release that kept no grounds is explained without them`() async throws {
        try await StoreCounty.with { county in
            let id = try await county.submit(1, village: "V1", service: "S3")[0]
            try await county.consume(county.router, "router")
            try await county.run("update tuesday.waiting set grounds = null, policy_version = null")
            let told = try await ExplanationReader(pool: county.pool).explain(id)
            #expect(told.wait?.grounds == nil)
            #expect(told.explanation.candidates.map(\.removedBy) == [.noCertificate, .levelTooLow(best: 3), .levelTooLow(best: 3)])
        }
    }

    private static let written: [(String, Grounds)] = [
        (#"{"f":[],"c":[]}"#, Grounds(RoutedWait(reason: .nobodyCertified, retryAt: StoreCounty.monday, atCapacity: []))),
        (
            #"{"f":[],"c":[19,20],"m":4}"#,
            Grounds(
                RoutedWait(
                    reason: .everyoneAtCapacity, retryAt: StoreCounty.monday, atCapacity: [Cadre.ID(19), Cadre.ID(20)],
                    atCapacityLeftOut: 4))
        ),
        (
            #"{"f":[[17,3,2,10],[4,3,5,10]],"c":[19]}"#,
            Grounds(
                RoutedAssignment(
                    cadre: Cadre.ID(17), rung: .town,
                    finalists: [
                        Finalist(cadre: Cadre.ID(17), level: 3, open: 2, capacity: 10),
                        Finalist(cadre: Cadre.ID(4), level: 3, open: 5, capacity: 10),
                    ], atCapacity: [Cadre.ID(19)]))
        ),
    ]

    @Test(arguments: written) func `Grounds are read as they were written`(_ written: (json: String, grounds: Grounds)) {
        #expect(String(decoding: written.grounds.json, as: UTF8.self) == written.json)
        #expect(Grounds(json: written.json) == written.grounds)
    }

    @Test(arguments: ["", "{}", #"{"f":[],"c":[}"#, #"{"f":[[1,2]],"c":[]}"#, #"{"f":[],"c":[x]}"#, #"{"f":[],"c":[],"q":4}"#])
    func `Grounds of another form are not read`(json: String) {
        #expect(Grounds(json: json) == nil)
    }

    @Test func `The grounds of a crowded wait stay small`() {
        let cadres = (0..<RoutedAssignment.atCapacityLimit).map { Cadre.ID(10_000 + Int32($0)) }
        let wait = RoutedWait(
            reason: .everyoneAtCapacity, retryAt: StoreCounty.monday, atCapacity: cadres, atCapacityLeftOut: 900)
        #expect(Grounds(wait).json.count <= 200)
    }
}
