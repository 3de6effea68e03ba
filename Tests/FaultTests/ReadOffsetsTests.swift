import KafkaClient
import Testing

@testable import Faults

struct ReadOffsetsTests {
    private static func read(_ offsets: [Int64]) -> (taken: [Bool], read: ReadOffsets) {
        var read = ReadOffsets()
        return (offsets.map { read.take($0) }, read)
    }

    @Test func `Each record is taken once, and nothing is missed where all come`() {
        let (taken, read) = Self.read([0, 1, 1, 0, 2])
        #expect(taken == [true, true, false, false, true])
        #expect(read.next == 3)
        #expect(read.holes == [])
    }

    @Test func `Of two batches the later one may be looked at first, and both are taken`() {
        let (taken, read) = Self.read([4, 5, 0, 1, 2, 3, 4])
        #expect(taken == [true, true, true, true, true, true, false])
        #expect(read.next == 6)
        #expect(read.holes == [])
    }

    @Test func `What was passed over is known, and only the rest of it when some comes late`() {
        #expect(Self.read([0, 5]).read.holes == [.init(offsets: 1..<5, isGone: false)])
        #expect(
            Self.read([0, 5, 3]).read.holes == [.init(offsets: 1..<3, isGone: false), .init(offsets: 4..<5, isGone: false)])
        #expect(Self.read([0, 5, 1, 4]).read.holes == [.init(offsets: 2..<4, isGone: false)])
    }

    @Test func `Reading goes on where a partition begins, and what was lost before is known`() {
        var (_, read) = Self.read([0, 1])
        let nothing = read.lose(before: 2)
        #expect(nothing == nil)
        let lost = read.lose(before: 7)
        #expect(lost == 2..<7)
        #expect(read.next == 7)
        let isNew = read.take(7)
        #expect(isNew)
        #expect(read.holes == [.init(offsets: 2..<7, isGone: true)])
    }
}

struct UnreadTests {
    private static func unread(_ offsets: Range<Int64>, isGone: Bool) -> Unread {
        Unread(partition: KafkaPartition(topic: "t", partition: 1), hole: .init(offsets: offsets, isGone: isGone))
    }

    private static let (skipped, gone) = (unread(3..<5, isGone: false), unread(7..<9, isGone: true))

    @Test func `The harness is to blame for what it did not read, once`() {
        let found = Unread.problems([Self.skipped, Self.gone], known: [], mayBeGone: false)
        #expect(found.count == 2)
        #expect(found.first == "the harness: did not read t[1] from 3 to 4")
        #expect(Unread.problems([Self.skipped, Self.gone], known: [Self.skipped, Self.gone], mayBeGone: false) == [])
        // What has come of it since makes the rest nothing new.
        #expect(Unread.problems([Self.unread(4..<5, isGone: false)], known: [Self.skipped], mayBeGone: false) == [])
        #expect(Unread.problems([Self.unread(4..<6, isGone: false)], known: [Self.skipped], mayBeGone: false).count == 1)
    }

    @Test func `Where brokers were made to drop records it could not read them, and must not pass over others`() {
        let found = Unread.problems([Self.skipped, Self.gone], known: [], mayBeGone: true)
        #expect(found == ["the harness: did not read t[1] from 3 to 4"])
    }
}
