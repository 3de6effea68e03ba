import Testing

@testable import Faults

struct LostLaneTests {
    private static func lane(_ partition: Int32, at nextOffset: Int64, log: Int32 = 1) -> LostLane {
        LostLane(log: log, group: "g", topic: "t", partition: partition, nextOffset: nextOffset)
    }

    private static let lost = [lane(0, at: 9), lane(1, at: 4)]

    @Test func `Lanes that stand where they stood are well, whatever others do`() {
        #expect(LostLane.moved(Self.lost, now: Self.lost) == [])
        #expect(LostLane.moved(Self.lost, now: Self.lost + [Self.lane(2, at: 7), Self.lane(0, at: 1, log: 2)]) == [])
    }

    @Test func `One that goes on, goes back or is gone is seen`() {
        #expect(LostLane.moved(Self.lost, now: [Self.lane(0, at: 10), Self.lane(1, at: 4)]).count == 1)
        #expect(LostLane.moved(Self.lost, now: [Self.lane(0, at: 9), Self.lane(1, at: 0)]).count == 1)
        #expect(LostLane.moved(Self.lost, now: [Self.lane(0, at: 9), Self.lane(1, at: 4, log: 2)]).count == 1)
    }
}
