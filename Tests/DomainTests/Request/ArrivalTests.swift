import Domain
import Testing

struct ArrivalTests {
    private let now = Instant(seconds: 50)

    @Test func `a request begins waiting for the router with the first event`() {
        let sent = Instant(seconds: 10)
        let place = FiringTests.status(.waiting).place
        let transition = received(FiringTests.id, place: place, priority: 3, by: .resident, acceptedAt: sent, at: now)
        #expect(transition.needsRouting && transition.released == nil && !transition.endsAssignment)
        #expect(transition.status.state == .waiting && transition.status.reason == .routing)
        #expect(transition.status.lastSeq == 1 && transition.status.acceptedAt == sent)
        #expect(transition.event.type == .received && transition.event.seq == 1 && transition.event.at == now)
        #expect(transition.event.reason == .routing && transition.event.previousReason == nil)
    }

    @Test func `an assignment is counted, owned and leaves the reason behind`() {
        let before = MoveTests.status(.waiting)
        let transition = assigned(before, cadre: Cadre.ID(3), at: now)
        #expect(transition.status.owner == Cadre.ID(3) && transition.status.state == .assigned)
        #expect(transition.status.assignment == 3 && transition.event.assignment == 3)
        #expect(transition.event.cadre == Cadre.ID(3) && transition.event.actor == .system)
        #expect(transition.event.previousReason == .everyoneOnLeave && transition.event.reason == nil)
        #expect(transition.released == nil && !transition.needsRouting && !transition.endsAssignment)
    }

    @Test(arguments: WaitingReason.allCases, WaitingReason.allCases)
    func `waiting for another reason is an event, for the same one it is none`(
        before: WaitingReason, after: WaitingReason
    ) {
        var status = MoveTests.status(.waiting)
        status.reason = before
        let transition = waits(status, reason: after, at: now)
        #expect((transition == nil) == (before == after))
        if let transition {
            #expect(transition.event.type == .waiting)
            #expect(transition.event.reason == after && transition.event.previousReason == before)
            #expect(transition.status.reason == after && transition.status.lastSeq == status.lastSeq + 1)
        }
    }
}
