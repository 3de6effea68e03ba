import Contracts
import Testing

@testable import Faults

struct WhereaboutsTests {
    private static func row(_ key: UInt8, _ seq: Int64) -> Publications.Committed {
        Publications.Committed(key: [key], value: nil, lane: .init(lane: 7, seq: seq))
    }

    private static func seen(_ places: (Int32, Int64)...) -> TopicReader.Seen {
        TopicReader.Seen(
            count: places.count, headers: [], firstPlace: 0,
            places: places.map { Letters.Place(partition: $0.0, offset: $0.1) })
    }

    @Test func `A message that was never seen is placed between those that left just before and after it`() {
        let committed = ["a-1": Self.row(1, 10), "b-1": Self.row(2, 12), "a-2": Self.row(1, 13), "c-1": Self.row(3, 14)]
        let lines = Whereabouts.lines(
            .requests, committed: committed, seen: ["a-1": Self.seen((2, 30)), "b-1": Self.seen((0, 4), (0, 9))])
        #expect(
            lines == [
                "tuesday.requests.v1 never got a-2: message 13 of lane 7; before it 12, b-1 at 0/4 0/9; "
                    + "after it 14, c-1, which was not seen either; with its key: a-1 at 2/30",
                "tuesday.requests.v1 never got c-1: message 14 of lane 7; before it 13, a-2, which was not seen either; "
                    + "nothing after it; with its key: nothing else",
            ])
    }

    @Test func `Where nothing is missing there is nothing to look for`() {
        #expect(Whereabouts.lines(.requests, committed: ["a": Self.row(1, 1)], seen: ["a": Self.seen((0, 0))]) == [])
    }
}
