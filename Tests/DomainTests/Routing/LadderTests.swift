import Domain
import Testing

struct LadderTests {
    @Test(arguments: Rung.allCases)
    func `the nearest rung with anyone left wins, however well qualified the farther ones are`(rung: Rung) {
        var county = SmallCounty()
        for farther in Rung.allCases where farther.rawValue >= rung.rawValue {
            county.add(Int32(farther.rawValue), on: farther, level: 2 + farther.rawValue)
        }
        let assignment = county.decide().assignment
        #expect(assignment?.rung == rung)
        #expect(assignment?.cadre == Cadre.ID(Int32(rung.rawValue)))
    }

    @Test func `the best qualified wins over the least loaded`() {
        var county = SmallCounty()
        county.add(1, level: 5)
        county.add(2, level: 4)
        let assignment = county.decide(open: [1: 4]).assignment
        #expect(assignment?.cadre == Cadre.ID(1))
        #expect(assignment?.finalists == [Finalist(cadre: Cadre.ID(1), level: 5, open: 4, capacity: 5)])
    }

    @Test func `load is relative to capacity`() {
        var county = SmallCounty()
        county.add(1, capacity: 2)
        county.add(2, capacity: 20)
        #expect(county.decide(open: [1: 1, 2: 9]).assignment?.cadre == Cadre.ID(2))
        #expect(county.decide(open: [1: 1, 2: 11]).assignment?.cadre == Cadre.ID(1))
    }

    @Test func `a tie is decided by lot, alike every time and evenly over many requests`() {
        var county = SmallCounty()
        for id in 1...4 { county.add(Int32(id)) }
        var wins: [Cadre.ID: Int] = [:]
        for number in 1...400 {
            let winner = county.decide(id: UInt128(number)).assignment?.cadre
            #expect(winner == county.decide(id: UInt128(number)).assignment?.cadre)
            if let winner { wins[winner, default: 0] += 1 }
        }
        #expect(wins.count == 4)
        #expect(wins.values.allSatisfy { $0 > 60 && $0 < 140 })
    }

    @Test func `the order in which the register lists cadres decides nothing`() {
        var county = SmallCounty()
        for id in 1...12 { county.add(Int32(id)) }
        let winner = county.decide(id: 99).assignment
        county.cadres.reverse()
        county.coverage.reverse()
        county.certificates.reverse()
        #expect(county.decide(id: 99).assignment == winner)
    }

    @Test func `eight finalists are kept, best first, and sixteen at capacity`() {
        var county = SmallCounty()
        for id in 1...20 { county.add(Int32(id), capacity: 40) }
        for id in 101...120 { county.add(Int32(id), capacity: 0) }
        let open = Dictionary(uniqueKeysWithValues: (1...20).map { (Int32($0), Int32(21 - $0)) })
        let assignment = county.decide(open: open).assignment
        #expect(assignment?.finalists.map(\.cadre.rawValue) == [20, 19, 18, 17, 16, 15, 14, 13])
        #expect(assignment?.atCapacity.map(\.rawValue) == Array(101...116))
    }

    @Test func `the highest of several certificates that is valid now counts`() {
        var county = SmallCounty()
        county.add(1, level: 3)
        county.certificates.append(
            Certificate(
                cadre: Cadre.ID(1), skill: Skill.ID(1), level: 5, issuedAt: SmallCounty.days(-9),
                expiresAt: SmallCounty.days(-1), revokedAt: nil))
        #expect(county.decide().assignment?.finalists.first?.level == 3)
    }

    @Test func `a cadre of two rungs counts once, on the nearer one`() {
        var county = SmallCounty()
        county.add(1)
        for rung in [Rung.town, .countyPool] { county.cover(1, rung) }
        #expect(county.decide().assignment?.rung == .village)
        #expect(county.decide(open: [1: 5]).wait?.atCapacity == [Cadre.ID(1)])
        #expect(candidates(of: county) == [Cadre.ID(1)])
    }

    @Test func `candidates are those who could ever serve, on any rung`() {
        var county = SmallCounty()
        county.add(9, on: .countyPool, until: -1)
        county.add(3, on: .town, leaveUntil: 60)
        county.add(4, capacity: 0)
        county.add(5, isActive: false)
        county.add(6, level: 1)
        county.add(7, skill: 2)
        county.add(8, level: nil)
        #expect(candidates(of: county) == [Cadre.ID(3), Cadre.ID(4), Cadre.ID(9)])
    }

    private func candidates(of county: SmallCounty) -> Set<Cadre.ID> {
        var table = RoutingTable(register: county.register)
        var union = CandidateUnion()
        table.addCandidates(village: SmallCounty.village, service: SmallCounty.service, to: &union)
        return union.cadres
    }

    @Test func `an unknown village is served by the pool and an unknown service by nobody`() {
        var county = SmallCounty()
        county.add(1)
        county.add(2, on: .countyPool)
        #expect(county.decide(village: Village.ID(77)).assignment?.cadre == Cadre.ID(2))
        #expect(county.decide(service: Service.ID(77)).wait?.reason == .nobodyCertified)
    }

    @Test func `loads added in a batch are seen by the next decision`() {
        var loads = CadreLoads(open: [Cadre.ID(1): 2])
        loads.add(1, to: Cadre.ID(1))
        loads.add(1, to: Cadre.ID(2))
        loads.add(-1, to: Cadre.ID(2))
        #expect(loads[Cadre.ID(1)] == 3)
        #expect(loads[Cadre.ID(2)] == 0)
        #expect(loads[Cadre.ID(3)] == 0)
    }
}
