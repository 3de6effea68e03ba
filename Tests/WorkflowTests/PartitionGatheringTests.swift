import Contracts
import Domain
import Testing
import Workflow

struct PartitionGatheringTests {
    private static let begin = Instant(microseconds: 1_700_000_000_000_000)

    /// The partitions of so many requests, each so many microseconds after the one before.
    private func partitions(of count: Int, every microseconds: Int64, among partitions: Int = 8) -> [Int] {
        var gathering = PartitionGathering(first: 3)
        return (0..<count).map {
            gathering.next(
                among: partitions, at: Instant(microseconds: Self.begin.microseconds + Int64($0) * microseconds))
        }
    }

    @Test func `What comes within fifty milliseconds shares a partition`() {
        #expect(partitions(of: 20, every: 5_000) == Array(repeating: 4, count: 10) + Array(repeating: 5, count: 10))
    }

    @Test func `When it is calm each goes to the next partition`() {
        #expect(partitions(of: 9, every: 1_000_000) == [4, 5, 6, 7, 0, 1, 2, 3, 4])
    }

    @Test func `What is more than one lane's batch goes to the next partition, and all get as much in the long run`() {
        #expect(Set(partitions(of: 2_000, every: 0)) == [4])
        #expect(Set(partitions(of: 5_000, every: 0)) == [4, 5, 6])
        let many = partitions(of: 16 * PartitionGathering.maximumCount, every: 0)
        let spread = Dictionary(grouping: many, by: { $0 }).mapValues(\.count)
        #expect(spread.count == 8 && Set(spread.values) == [2 * PartitionGathering.maximumCount])
    }

    @Test func `The past in any order is spread as well`() {
        var gathering = PartitionGathering(first: 0)
        let found = (0..<64).map { step in
            let day = Int64(step * 37 % 64) * 86_400_000_000
            return gathering.next(among: 8, at: Instant(microseconds: Self.begin.microseconds - day))
        }
        #expect(Set(found).count == 8)
    }

    @Test func `Ids fall by chance until the partitions are known, and together from then on`() {
        let mint = RequestMint(random: { 0x1234_5678_9ABC_DEF0_0FED_CBA9_8765_4321 })
        let drawn = mint.mint(acceptedAt: Self.begin)
        #expect(drawn == RequestID(acceptedAt: Self.begin, random: 0x1234_5678_9ABC_DEF0_0FED_CBA9_8765_4321))
        mint.gather(among: 8)
        let places = (1...40).map { RequestPartition.of(mint.mint(acceptedAt: Instant(microseconds: Self.begin.microseconds + 1_000 * Int64($0))), among: 8) }
        #expect(Set(places).count == 1)
    }
}
