import Domain
import Testing

struct RequestPathTests {
    @Test func `every life that the rules allow is a legal path, and ends where they say`() {
        for seed in 0..<500 {
            let life = RandomLife(seed: seed)
            var path = RequestPath()
            for event in life.events {
                #expect(path.add(seq: event.seq, type: event.type.rawValue) == nil)
                #expect(path.state == event.state)
            }
            #expect(path.state == life.status.state)
        }
    }

    @Test func `a move that the rules refuse is no step of a path`() {
        let types: [Move: EventType] = [
            .acknowledge: .acknowledged, .start: .started, .confirm: .confirmed, .reopen: .reopened, .withdraw: .withdrawn,
            .handOver: .handedOver, .escalate(.acknowledge): .escalated, .decline(reason: "ill"): .declined,
            .resolve(outside: true): .resolved, .rate(4): .rated,
        ]
        for (move, type) in types {
            for state in RequestState.allCases {
                let isAllowed = MoveTests.actors.contains { MoveTests.stateAfter(move, $0, state) != nil }
                #expect(RequestPath.states(before: type).contains(state) == isAllowed, "\(move.word) in \(state.word)")
            }
        }
    }

    @Test func `a path says which event is wrong, and why`() {
        var path = RequestPath()
        #expect(path.add(seq: 1, type: EventType.assigned.rawValue) == "was assigned when it did not exist (event 1)")
        #expect(path.add(seq: 3, type: EventType.started.rawValue) == "has event 3 after 1")
        #expect(path.add(seq: 4, type: 99) == "has an event of the unknown type 99")
        path = RequestPath()
        _ = path.add(seq: 1, type: EventType.received.rawValue)
        _ = path.add(seq: 2, type: EventType.withdrawn.rawValue)
        #expect(
            path.add(seq: 3, type: EventType.breached.rawValue) == "was breached when it was in state withdrawn (event 3)")
    }
}
