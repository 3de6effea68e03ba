import Contracts
import Testing

@testable import Faults

struct PublicationsTests {
    private static let committed = ["a": Publications.Committed(key: [1], value: [2], headers: ["h: 1"])]
    private static let seen = TopicReader.Seen(count: 2, key: [1], value: [2], headers: ["h: 1"], firstPlace: 0)

    private static func problems(_ alter: (inout TopicReader.Seen) -> Void) -> [String] {
        var altered = seen
        alter(&altered)
        return Publications.problems(.deadLetters, committed: committed, seen: ["a": altered])
    }

    @Test func `What was committed is there, once or more often`() { #expect(Self.problems { _ in } == []) }

    @Test func `Other bytes are seen`() {
        #expect(Self.problems { $0.key = nil }.count == 1)
        #expect(Self.problems { $0.value = nil }.count == 1)
        #expect(Self.problems { $0.headers = ["h: 2"] }.count == 1)
        #expect(Self.problems { $0.isUnanimous = false }.count == 1)
    }

    @Test func `What is missing, and what nobody committed, is seen`() {
        #expect(Publications.problems(.statistics, committed: Self.committed, seen: [:]).count == 1)
        #expect(Publications.problems(.statistics, committed: [:], seen: ["a": Self.seen]).count == 1)
    }

    @Test func `Where not all of a topic was read nothing is missing from it, and what was read is judged all the same`() {
        let missing = Publications.problems(.statistics, committed: Self.committed, seen: [:], unreadCount: 1)
        #expect(missing.count == 1)
        #expect(missing.first?.hasPrefix("the harness: ") == true)
        // One record that was not read hides no two.
        let two = Self.committed.merging(["b": Self.committed["a"]!]) { $1 }
        let more = Publications.problems(.statistics, committed: two, seen: [:], unreadCount: 1)
        #expect(more.count == 2 && more.allSatisfy { $0.hasPrefix("I2: ") })
        let strange = Publications.problems(.statistics, committed: [:], seen: ["a": Self.seen], unreadCount: 1)
        #expect(strange.first?.hasPrefix("I2: ") == true)
    }

    @Test func `However much the harness missed, what Tuesday broke is told, and first`() {
        let own = (1...20).map { "the harness: did not read \($0)" }
        let found = Checker.shortened(own + ["I2: the value of a is not its row's"])
        #expect(found.first?.hasPrefix("I2: ") == true)
        #expect(found.count < own.count)
    }

    @Test func `Later versions come later`() {
        let versions = ["a": (key: "x", version: 1 as Int64), "b": (key: "x", version: 2), "c": (key: "y", version: 1)]
        var seen = ["a": Self.seen, "b": Self.seen, "c": Self.seen]
        seen["b"]?.firstPlace = 1
        seen["c"]?.firstPlace = 2
        #expect(Publications.disorder(.directory, versions: versions, seen: seen) == [])
        seen["a"]?.firstPlace = 3
        #expect(Publications.disorder(.directory, versions: versions, seen: seen).count == 1)
    }
}
