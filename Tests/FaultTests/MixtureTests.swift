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

    @Test func `No kind of a mixture seems to have been met where only another one was`() {
        for kinds in Set(Self.kinds.map { Set($0) }) {
            for kind in kinds {
                let coverage = Dictionary(uniqueKeysWithValues: kind.countedAs.map { ("\($0) x", 1) })
                let run = Tally.Entry(kinds: kinds.map(\.rawValue), coverage: coverage)
                #expect(run.kindsMet == 1, "\(kind) of \(kinds)")
            }
        }
    }

    @Test func `Kinds that do the same at a site are not mixed, and others are`() {
        let pairs = Set(Self.kinds.flatMap { kinds in kinds.flatMap { kind in kinds.map { [kind, $0] } } })
        let same: [(Fault, [Fault])] = [
            (.stopAtSite, [.stopAtEverySite]), (.killAtSite, [.intakeGone, .commitLanded, .commitUndone]),
            (.delayAtSite, [.loadsOutdated, .claimDelayed, .maxPollExceeded, .laneHung, .timerRaces, .commitLanded]),
            (.stopAtEverySite, [.commitLanded, .commitUndone]),
        ]
        for (kind, others) in same {
            for other in others { #expect(!pairs.contains([kind, other]), "\(kind) and \(other)") }
        }
        let different: [(Fault, Fault)] = [
            (.dropAtSite, .reportsDropped), (.killAtSite, .killAtRandom), (.killAtSite, .commitLate),
            (.delayAtSite, .stopAtSite), (.laneHung, .maxPollExceeded), (.postgresKilled, .kafkaStalled),
        ]
        for (kind, other) in different { #expect(pairs.contains([kind, other]), "\(kind) and \(other)") }
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
