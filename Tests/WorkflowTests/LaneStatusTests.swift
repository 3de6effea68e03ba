import Testing
import Workflow

struct LaneStatusTests {
    private let origin = RecordOrigin(group: "g", topic: "t", partition: 0)

    @Test func `What a lane says of a partition that another one has now does not count`() {
        let status = LaneStatus()
        let former = status.lane(of: origin)
        former.set(origin, .claiming)
        let present = status.lane(of: origin)
        present.began(origin, at: 7)
        former.set(origin, .waiting("for nothing"))
        former.progressed(origin, nextOffset: 3)
        former.remove(origin)
        #expect(status.all[origin]?.activity == .consuming)
        #expect(status.all[origin]?.nextOffset == 7)
        present.remove(origin)
        #expect(status.all.isEmpty)
    }

    @Test func `What belongs to a consumer that was given up does not count either`() {
        let status = LaneStatus()
        let former = status.lane(of: origin)
        let next = status.successor()
        former.began(origin, at: 7)
        #expect(next.all.isEmpty)
        #expect(next.isPresent)
        #expect(!status.isPresent)
        #expect(!former.isPresent)
        // A lane of the former consumer does not take the partition from one of the next.
        let present = next.lane(of: origin)
        present.began(origin, at: 8)
        _ = status.lane(of: origin)
        present.progressed(origin, nextOffset: 9)
        #expect(next.all[origin]?.nextOffset == 9)
    }
}
