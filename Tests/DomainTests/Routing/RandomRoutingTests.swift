import Domain
import Testing

/// Three thousand made-up counties, in thirty lots.
struct RandomRoutingTests {
    @Test(arguments: 0..<30)
    func `the table decides as the plainly written rule does`(lot: Int) {
        for seed in lot * 100..<lot * 100 + 100 {
            let county = RandomCounty(seed: seed)
            var table = RoutingTable(register: county.register)
            let decision = table.decide(county.request, loads: CadreLoads(open: county.open), at: RandomCounty.now)
            let expected = ReferenceRouting(county: county).decide()
            #expect(decision.assignment?.cadre == expected.winner, "seed \(seed)")
            #expect(decision.assignment?.rung == expected.rung, "seed \(seed)")
            #expect(decision.wait?.reason == expected.reason, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<30)
    func `the explanation names everyone once and agrees with the decision`(lot: Int) {
        for seed in lot * 100..<lot * 100 + 100 {
            let county = RandomCounty(seed: seed)
            let register = county.register
            var table = RoutingTable(register: register)
            let decision = table.decide(county.request, loads: CadreLoads(open: county.open), at: RandomCounty.now)
            let told = explainRouting(
                county.request, register: register, evidence: RoutingEvidence(decision), at: RandomCounty.now)
            let town = register.villages[county.request.village]?.town
            let covering = Set(register.cadresOfVillage[county.request.village] ?? [])
                .union(town.flatMap { register.cadresOfTown[$0] } ?? []).union(register.countyPool)
            #expect(told.candidates.count == covering.count, "seed \(seed)")
            #expect(Set(told.candidates.map(\.cadre)) == covering, "seed \(seed)")
            #expect(told.winner == decision.assignment?.cadre, "seed \(seed)")
            #expect(told.rung == decision.assignment?.rung, "seed \(seed)")
            #expect(told.finalists == decision.assignment?.finalists ?? [], "seed \(seed)")
            let kept = told.candidates.filter { $0.removedBy == nil }.map(\.cadre)
            #expect(kept == (decision.assignment.map { [$0.cadre] } ?? []), "seed \(seed)")
            expectTrueRules(told, county, seed)
        }
    }

    @Test(arguments: 0..<10)
    func `whoever is decided on is among the candidates whose loads were to be loaded`(lot: Int) {
        for seed in lot * 100..<lot * 100 + 100 {
            let county = RandomCounty(seed: seed)
            var table = RoutingTable(register: county.register)
            var union = CandidateUnion()
            table.addCandidates(village: county.request.village, service: county.request.service, to: &union)
            let ids = union.cadres
            let all = table.decide(county.request, loads: CadreLoads(open: county.open), at: RandomCounty.now)
            let fewer = CadreLoads(open: county.open.filter { ids.contains($0.key) })
            #expect(table.decide(county.request, loads: fewer, at: RandomCounty.now) == all, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<10)
    func `a wait is retried between the least and the most back-off`(lot: Int) {
        for seed in lot * 100..<lot * 100 + 100 {
            let county = RandomCounty(seed: seed)
            var table = RoutingTable(register: county.register)
            let decision = table.decide(county.request, loads: CadreLoads(open: county.open), at: RandomCounty.now)
            guard let wait = decision.wait else { continue }
            #expect(wait.retryAt >= RandomCounty.now.adding(seconds: 60), "seed \(seed)")
            #expect(wait.retryAt <= RandomCounty.now.adding(seconds: 3_600), "seed \(seed)")
        }
    }

    /// Rules that can be checked against the loads the decision saw, kept or not.
    private func expectTrueRules(_ told: RoutingExplanation, _ county: RandomCounty, _ seed: Int) {
        for candidate in told.candidates {
            let open = county.open[candidate.cadre, default: 0]
            let capacity = county.register.cadres[candidate.cadre]?.capacity ?? 0
            switch candidate.removedBy {
            case .atCapacity: #expect(open >= capacity, "seed \(seed) cadre \(candidate.cadre)")
            case .tieBreak, nil: #expect(open < capacity, "seed \(seed) cadre \(candidate.cadre)")
            case .higherRungNotNeeded: #expect(candidate.rung.rawValue > told.rung?.rawValue ?? 9, "seed \(seed)")
            case .excluded: #expect(county.request.excluded.contains(candidate.cadre), "seed \(seed)")
            default: break
            }
        }
    }
}
