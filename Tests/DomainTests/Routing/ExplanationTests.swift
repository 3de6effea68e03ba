import Domain
import Testing

struct ExplanationTests {
    @Test func `each loser is told the first rule that removed it`() {
        var county = SmallCounty()
        county.add(1, capacity: 4)
        county.add(2, capacity: 4)
        county.add(3, level: 2)
        county.add(4, capacity: 3)
        county.add(5, isActive: false)
        county.add(6, level: nil)
        county.add(7, level: 1)
        county.add(8, from: -9, until: -1)
        county.add(9, from: 1)
        county.add(10, revoked: -1)
        county.add(11)
        county.add(12, leaveUntil: 60)
        county.add(13, on: .town)
        county.add(14, on: .countyPool, level: nil)
        county.add(15, capacity: 4)
        let told = explain(county, open: [1: 1, 2: 2, 4: 3, 15: 1], excluded: [11])
        var rules = Dictionary(uniqueKeysWithValues: told.candidates.map { ($0.cadre.rawValue, $0.removedBy) })
        let equals = [1, 15].map { rules.removeValue(forKey: $0) }
        #expect(equals.contains(.some(.some(.tieBreak))) && equals.contains(.some(nil)))
        #expect(
            rules == [
                2: .moreLoaded, 3: .lessQualified, 4: .atCapacity, 5: .notActive, 6: .noCertificate,
                7: .levelTooLow(best: 1), 8: .certificateNotValid(.expired), 9: .certificateNotValid(.notBegun),
                10: .certificateNotValid(.revoked), 11: .excluded, 12: .onLeave, 13: .higherRungNotNeeded,
                14: .noCertificate,
            ])
        #expect(told.registerVersion == 7)
        #expect(told.candidates.map(\.cadre.rawValue) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 13, 14])
    }

    @Test func `finalists carry the score the decision saw`() {
        var county = SmallCounty()
        county.add(1, capacity: 8)
        county.add(2, capacity: 3)
        let told = explain(county, open: [1: 3, 2: 1])
        #expect(told.winner == Cadre.ID(2))
        #expect(told.candidates.map { $0.score?.loadPermille } == [375, 333])
    }

    @Test func `a request that waits is explained without a winner`() {
        var county = SmallCounty()
        county.add(1, capacity: 0)
        county.add(2, on: .town, level: 1)
        let told = explain(county)
        #expect(told.winner == nil && told.rung == nil && told.finalists.isEmpty)
        #expect(told.candidates.map(\.removedBy) == [.atCapacity, .levelTooLow(best: 1)])
    }

    @Test func `a wait is explained in full from the register, however many were at capacity`() {
        var county = SmallCounty()
        for id in 1...30 { county.add(Int32(id), capacity: 0) }
        county.add(31, on: .town, leaveUntil: 60)
        let told = explain(county)
        #expect(told.candidates.dropLast().allSatisfy { $0.removedBy == .atCapacity })
        #expect(told.candidates.last?.removedBy == .onLeave)
    }

    @Test func `the ninth best finalist is more loaded without a score`() {
        var county = SmallCounty()
        for id in 1...9 { county.add(Int32(id), capacity: 100) }
        let open = Dictionary(uniqueKeysWithValues: (1...9).map { (Int32($0), Int32($0)) })
        let last = explain(county, open: open).candidates.last
        #expect(last?.removedBy == .moreLoaded && last?.score == nil)
    }

    @Test func `beyond the sixteen kept, whoever was full on a nearer rung is still told so`() {
        var county = SmallCounty()
        for id in 1...20 { county.add(Int32(id), capacity: 0) }
        county.add(21, on: .town)
        let told = explain(county)
        #expect(told.winner == Cadre.ID(21))
        #expect(told.candidates.dropLast().allSatisfy { $0.removedBy == .atCapacity })
    }

    @Test func `a capacity of nothing counts as full`() {
        #expect(Finalist(cadre: Cadre.ID(1), level: 1, open: 0, capacity: 0).loadPermille == 1_000)
    }

    @Test func `rules and rungs have distinct words`() {
        let rules: [RemovalRule] = [
            .notActive, .noCertificate, .levelTooLow(best: 1), .certificateNotValid(.notBegun),
            .certificateNotValid(.revoked), .certificateNotValid(.expired), .excluded, .onLeave, .atCapacity,
            .higherRungNotNeeded, .lessQualified, .moreLoaded, .tieBreak,
        ]
        #expect(Set(rules.map(\.word)).count == rules.count)
        #expect(Rung.allCases.map(\.word) == ["village", "town", "county_pool"])
    }

    private func explain(
        _ county: SmallCounty, open: [Int32: Int32] = [:], excluded: [Int32] = []
    ) -> RoutingExplanation {
        let request = RoutableRequest(
            id: RequestID(1), village: SmallCounty.village, service: SmallCounty.service,
            excluded: Set(excluded.map { Cadre.ID($0) }))
        let decision = county.decide(open: open, excluded: excluded)
        return explainRouting(
            request, register: county.register, evidence: RoutingEvidence(decision), at: SmallCounty.now)
    }
}
