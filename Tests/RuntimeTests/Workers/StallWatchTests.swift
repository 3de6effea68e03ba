import Synchronization
import Testing
import Workflow

@testable import Runtime

/// The watch over consumers goes on, whatever becomes of its own questions.
@Suite(.timeLimit(.minutes(5)))
struct StallWatchTests {
    private let origin = RecordOrigin(group: "g", topic: "t", partition: 0)
    private let time = ManualTime()
    private let bound = Duration.seconds(60)

    /// Of a lane that has applied what is before 7 and says nothing.
    private var status: LaneStatus {
        let status = LaneStatus { [time] in time.now }
        status.assigned()
        status.began(origin, at: 7)
        return status
    }

    @Test func `Of a question that is never answered it is told, and the next one finds what hangs`() async {
        let asked = Mutex(0)
        let told = Mutex<[String]>([])
        let gate = Gate()
        let watch = StallWatch(
            bound: bound,
            ends: { [origin] _ in
                let number = asked.withLock { asked in
                    asked += 1
                    return asked
                }
                if number == 1 { await gate.wait() }
                return [origin: 9]
            },
            unknown: { error in told.withLock { $0.append("\(error)") } }, pause: { [time] _ in try await time.pause() })
        let found = Mutex<[String]?>(nil)
        let watching = Task { [status] in
            let stalled = await watch.firstStall(of: status, unless: Task { try? await Task.sleep(for: .seconds(3_600)) })
            found.withLock { $0 = stalled }
        }
        while found.withLock({ $0 }) == nil, !Task.isCancelled {
            time.pass(bound + .seconds(1))
            await Task.yield()
        }
        #expect(found.withLock { $0?.first?.hasPrefix("t/0 has 2 records and no progress for") } == true)
        #expect(told.withLock { $0.first } == "no answer within 60.0 seconds")
        gate.open()
        watching.cancel()
    }

    @Test func `Ends that come too late are not taken for what is there now`() async {
        let gate = Gate()
        let told = Mutex(0)
        let (status, origin) = (status, origin)
        time.pass(bound + .seconds(1))
        let watch = StallWatch(
            bound: bound,
            ends: { _ in
                await gate.wait()
                return [origin: 9]
            }, unknown: { _ in told.withLock { $0 += 1 } }, pause: { _ in })
        #expect(await watch.stalled(status).isEmpty)
        #expect(told.withLock { $0 } == 1)
        gate.open()
        #expect(status.all[origin]?.lag == 0)
    }

    @Test func `However long nobody answers, few questions are open, and each look says that nothing is known`() async {
        let asked = Mutex<[Gate]>([])
        let told = Mutex(0)
        let status = status
        time.pass(bound + .seconds(1))
        let watch = StallWatch(
            bound: bound,
            ends: { _ in
                let gate = Gate()
                asked.withLock { $0.append(gate) }
                await gate.wait()
                return [:]
            }, unknown: { _ in told.withLock { $0 += 1 } }, pause: { _ in })
        for _ in 0..<50 { #expect(await watch.stalled(status).isEmpty) }
        #expect(told.withLock { $0 } == 50)
        while asked.withLock({ $0.count }) < 4, !Task.isCancelled { await Task.yield() }
        let open = asked.withLock { $0 }
        #expect(open.count == 4)
        // Who answers after all makes room for the next question.
        for gate in open { gate.open() }
        while asked.withLock({ $0.count }) == 4, !Task.isCancelled {
            _ = await watch.stalled(status)
            await Task.yield()
        }
        for gate in asked.withLock({ $0 }) { gate.open() }
    }
}
