import Domain
import Testing

struct MoveTests {
    static let now = Instant(seconds: 5_000)
    static let owner = Cadre.ID(7)
    static let actors: [Actor] = [.resident, .cadre(owner), .cadre(Cadre.ID(8)), .supervisor, .system]
    static let moves: [Move] = [
        .acknowledge, .start, .resolve(outside: false), .resolve(outside: true), .decline(reason: "ill"), .confirm,
        .reopen, .withdraw, .rate(4), .handOver, .breach(.resolve, dueAt: Instant(seconds: 4_000)),
        .escalate(.acknowledge),
    ]

    static func status(_ state: RequestState) -> RequestStatus {
        var status = FiringTests.status(state, assignment: 2, timerEpoch: 0)
        status.owner = state.hasOwner ? owner : nil
        status.reason = state == .waiting ? .everyoneOnLeave : nil
        status.resolvedAt = state == .resolved || state == .confirmed ? Instant(seconds: 3_000) : nil
        return status
    }

    /// The legal life, written a second time as sentences: move, actors (w: wrong cadre never), states before, after.
    static func stateAfter(_ move: Move, _ actor: Actor, _ state: RequestState) -> RequestState? {
        let isOwner = actor == .cadre(owner)
        switch move {
        case .acknowledge: return isOwner && state == .assigned ? .acknowledged : nil
        case .start: return isOwner && (state == .assigned || state == .acknowledged) ? .started : nil
        case .resolve(outside: false): return (isOwner || actor == .supervisor) && state.hasOwner ? .resolved : nil
        case .resolve(outside: true):
            return (actor == .system || actor == .supervisor) && state.isOpen ? .resolved : nil
        case .decline: return isOwner && (state == .assigned || state == .acknowledged) ? .waiting : nil
        case .handOver: return (actor == .system || actor == .supervisor) && state.hasOwner ? .waiting : nil
        case .confirm: return actor == .resident && state == .resolved ? .confirmed : nil
        case .reopen: return actor == .resident && (state == .resolved || state == .confirmed) ? .waiting : nil
        case .withdraw: return actor == .resident && state.isOpen ? .withdrawn : nil
        case .rate: return actor == .resident && (state == .resolved || state == .confirmed) ? state : nil
        case .breach, .escalate: return actor == .system && state.isOpen ? state : nil
        }
    }

    @Test(arguments: moves, RequestState.allCases)
    func `every actor's move from every state is decided as the legal life says`(move: Move, state: RequestState) {
        for actor in Self.actors {
            let before = Self.status(state)
            let result = decide(move, by: actor, on: before, at: Self.now)
            let expected = Self.stateAfter(move, actor, state)
            switch result {
            case .success(let transition):
                #expect(transition.status.state == expected, "\(actor)")
                expectConsistent(transition, from: before, actor)
            case .failure(let refusal):
                #expect(expected == nil, "\(actor): \(refusal)")
                #expect(refusal.english.hasSuffix(".") && refusal.chinese.hasSuffix("。"))
            }
        }
    }

    private func expectConsistent(_ transition: Transition, from before: RequestStatus, _ actor: Actor) {
        let (after, event) = (transition.status, transition.event)
        #expect(after.lastSeq == before.lastSeq + 1 && event.seq == after.lastSeq)
        #expect(event.request == before.id && event.place == before.place && event.acceptedAt == before.acceptedAt)
        #expect(event.at == Self.now && event.actor == actor)
        #expect(event.state == after.state && event.assignment == after.assignment)
        #expect((after.owner != nil) == after.state.hasOwner)
        #expect((after.reason != nil) == (after.state == .waiting))
        #expect(event.cadre == before.owner)
        #expect(transition.released == (after.owner == nil ? before.owner : nil))
        #expect(transition.endsAssignment == (transition.released != nil))
        let enters = after.state == .waiting && before.state != .waiting
        #expect(transition.needsRouting == enters)
        #expect(event.reason == (enters ? .routing : nil))
        #expect(event.previousReason == (after.reason == before.reason ? nil : before.reason))
    }

    @Test func `reopening starts a new epoch and forgets the answer but not the rating`() throws {
        var before = Self.status(.confirmed)
        before.rating = 2
        let after = try decide(.reopen, by: .resident, on: before, at: Self.now).get().status
        #expect(after.timerEpoch == before.timerEpoch + 1)
        #expect(after.resolvedAt == nil)
        #expect(after.rating == 2)
    }

    @Test(arguments: [false, true])
    func `resolving says when and where`(outside: Bool) throws {
        let transition = try decide(
            .resolve(outside: outside), by: .supervisor, on: Self.status(.started), at: Self.now).get()
        #expect(transition.status.resolvedAt == Self.now)
        #expect(transition.event.isOutside == outside)
    }

    @Test func `a breach says which deadline and when it was due, an escalation which`() throws {
        let status = Self.status(.started)
        let due = Instant(seconds: 4_000)
        let breach = try decide(.breach(.resolve, dueAt: due), by: .system, on: status, at: Self.now).get()
        #expect(breach.event.deadline == .resolve && breach.event.dueAt == due)
        let escalation = try decide(.escalate(.acknowledge), by: .system, on: status, at: Self.now).get()
        #expect(escalation.event.deadline == .acknowledge && escalation.event.dueAt == nil)
    }

    @Test(arguments: Int16(-1)...7)
    func `a rating is 1 to 5`(rating: Int16) {
        let result = decide(.rate(rating), by: .resident, on: Self.status(.resolved), at: Self.now)
        switch result {
        case .success(let transition):
            #expect((1...5).contains(rating))
            #expect(transition.event.rating == rating && transition.status.rating == rating)
        case .failure(let refusal):
            #expect(!(1...5).contains(rating))
            #expect(refusal.code == "rating_out_of_range" && refusal.english.contains("\(rating)"))
        }
    }

    @Test func `rating again is refused`() throws {
        let once = try decide(.rate(5), by: .resident, on: Self.status(.resolved), at: Self.now).get().status
        #expect(throws: Refusal.self) { try decide(.rate(1), by: .resident, on: once, at: Self.now).get() }
    }

    @Test func `refusals say what was expected and what was found`() {
        func refusal(_ move: Move, _ actor: Actor, _ state: RequestState) -> Refusal? {
            if case .failure(let refusal) = decide(move, by: actor, on: Self.status(state), at: Self.now) {
                refusal
            } else {
                nil
            }
        }
        let who = refusal(.confirm, .system, .resolved)
        #expect(who?.code == "actor_not_allowed")
        #expect(who?.english == "Only the resident may confirm an answer; this was tried by the system.")
        #expect(who?.chinese == "只有居民本人可以确认办理结果；本次操作者是系统。")
        let state = refusal(.start, .cadre(Self.owner), .resolved)
        #expect(state?.code == "state_not_allowed")
        #expect(
            state?.english
                == "To start work on a request, the request must be assigned or acknowledged; it is resolved.")
        #expect(state?.chinese == "要开始办理诉求，诉求须处于“已分派”或“已签收”状态；目前处于“已办结”状态。")
        let owner = refusal(.acknowledge, .cadre(Cadre.ID(8)), .assigned)
        #expect(owner?.code == "not_the_owner")
        #expect(
            owner?.english
                == "Only the owner may acknowledge a request; the request is another cadre's.")
    }
}
