import Contracts
import Domain
import Testing

struct RequestPartitionTests {
    private static let first = RequestID("018f3c1e-7a10-7cc3-98c4-dc0c0c07398f")!
    private static let second = RequestID("0190b3f2-5d44-7abc-bdef-0123456789ab")!

    /// What Kafka's own hash, which its test vectors prove, gives for the text of these ids.
    @Test func `A request's events go where Kafka's hash of its id says`() {
        #expect([8, 12, 1_000].map { RequestPartition.of(Self.first, among: $0) } == [6, 6, 886])
        #expect([8, 12, 1_000].map { RequestPartition.of(Self.second, among: $0) } == [7, 3, 31])
    }

    @Test(arguments: [2, 3, 8, 32, 1_000]) func `An id is moved to any partition by its last bits alone`(count: Int) {
        for id in [Self.first, Self.second] {
            for wanted in stride(from: 0, to: count, by: max(1, count / 40)) {
                let moved = RequestPartition.move(id, to: wanted, among: count)
                #expect(RequestPartition.of(moved, among: count) == wanted)
                #expect(moved.value >> 16 == id.value >> 16)
            }
        }
    }

    @Test func `With one partition every id stays as it was drawn`() {
        #expect(RequestPartition.move(Self.first, to: 0, among: 1) == Self.first)
    }
}
