import Testing
import Workflow

@testable import Runtime

/// Partitions written in transactions end with offsets that hold no record.
struct VacantOffsetsTests {
    private let origin = MemoryLane.origin
    private let time = ManualTime()

    /// A lane at offset 5 of a partition of so many offsets, as the watchdog measures it.
    private func lane(_ end: Int64) -> (LaneStatus, StallWatch) {
        let status = LaneStatus { [time] in time.now }
        status.assigned()
        status.began(origin, at: 5)
        return (status, StallWatch(bound: .seconds(60)) { [origin] _ in [origin: end] })
    }

    private func lag(_ status: LaneStatus) -> Int64? { status.all[origin]?.lag }

    @Test func `A lane that has applied all but the mark of a transaction is idle, however long`() async {
        let (status, watch) = lane(6)
        status.reachedEnd(origin, after: 5, end: 6)
        for _ in 1...3 {
            time.pass(.seconds(3_600))
            #expect(await watch.stalled(status).isEmpty)
            status.measured(origin, lag: 1)
            #expect(lag(status) == 0)
            #expect(status.stalled(for: .seconds(60)).isEmpty)
        }
    }

    @Test func `Records behind the mark count, and so does a lane that does not apply them`() async {
        let (status, watch) = lane(8)
        status.reachedEnd(origin, after: 5, end: 6)
        time.pass(.seconds(3_600))
        #expect(await watch.stalled(status).isEmpty)
        #expect(lag(status) == 2)
        time.pass(.seconds(61))
        #expect(await watch.stalled(status).count == 1)
    }

    @Test func `The end says nothing of records that were handed out and are not applied`() async {
        let (status, watch) = lane(9)
        status.measured(origin, lag: 4)
        status.reachedEnd(origin, after: 8, end: 9)
        #expect(lag(status) == 4)
        status.progressed(origin, nextOffset: 7)
        #expect(lag(status) == 2)
        time.pass(.seconds(61))
        #expect(await watch.stalled(status).count == 1)
        status.progressed(origin, nextOffset: 8)
        #expect(lag(status) == 0)
        time.pass(.seconds(61))
        #expect(await watch.stalled(status).isEmpty)
    }

    @Test func `The end may be reached before the lane says that it reads`() {
        let status = LaneStatus { [time] in time.now }
        status.set(origin, .claiming)
        status.reachedEnd(origin, after: 5, end: 6)
        status.began(origin, at: 5)
        status.measured(origin, lag: 1)
        #expect(lag(status) == 0)
        // It began again further back.
        status.began(origin, at: 3)
        status.measured(origin, lag: 3)
        #expect(lag(status) == 3)
    }
}
