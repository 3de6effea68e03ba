import Testing

@testable import Faults

struct MixtureTests {
    private static let kinds = (0..<3_000 as Range<UInt64>).map { seed in RunPlan(seed: seed).acts.map(\.fault) }

    @Test func `A mixture has two to four kinds, each once`() {
        #expect(Self.kinds.allSatisfy { (2...4).contains($0.count) && Set($0).count == $0.count })
        #expect(Set(Self.kinds.map(\.count)) == [2, 3, 4])
    }

    @Test func `Every kind is mixed but those that something else would make meaningless`() {
        let apart: Set<Fault> = [.none, .crashLoop, .overload, .overdueTimers, .diskFull]
        #expect(Set(Self.kinds.joined()) == Set(Fault.allCases).subtracting(apart))
    }

    @Test func `Whoever loses records is mixed with nobody who ends workers or waits for their lanes`() {
        for loser in [Fault.truncated, .topicRecreated, .brokersReplaced] {
            let others = Set(Self.kinds.filter { $0.contains(loser) }.joined()).subtracting([loser])
            #expect(others.isSuperset(of: [.postgresKilled, .commitLate, .supervisors]), "\(loser)")
            #expect(
                others.isDisjoint(with: [.truncated, .topicRecreated, .brokersReplaced, .killAtRandom, .redelivery, .brokersDown]),
                "\(loser)")
        }
    }
}
