import Domain

/// A legal life of a request made up by dice: its events and where it stands after them.
struct RandomLife {
    var status: RequestStatus
    var events: [RequestEvent]

    init(seed: Int) {
        var dice = Dice(seed: seed)
        let place = RequestEvent.Place(
            county: County.ID(1), town: Town.ID(dice.roll(1...2)), village: Village.ID(dice.roll(1...4)),
            service: Service.ID(dice.roll(1...3)))
        var now = Instant(seconds: 1_785_200_000 + Int64(seed))
        let id = RequestID(acceptedAt: now, random: UInt128(dice.next()))
        let first = received(id, place: place, priority: 3, by: .resident, acceptedAt: now, at: now)
        status = first.status
        events = [first.event]
        for _ in 0..<dice.roll(0...60) {
            now = now.adding(seconds: dice.roll(0...5_000))
            guard let transition = Self.next(status, now, &dice) else { continue }
            status = transition.status
            events.append(transition.event)
        }
    }

    /// Most rolls are refused, which leaves the life as it is.
    private static func next(_ status: RequestStatus, _ now: Instant, _ dice: inout Dice) -> Transition? {
        if status.state == .waiting, dice.hits(60) {
            return dice.hits(50)
                ? assigned(status, cadre: Cadre.ID(dice.roll(1...5)), at: now)
                : waits(status, reason: dice.pick(WaitingReason.allCases), at: now)
        }
        let actors: [Actor] = [.resident, .supervisor, .system, status.owner.map(Actor.cadre) ?? .resident]
        var moves = MoveTests.moves
        if !dice.hits(20) { moves.removeAll { $0 == .withdraw } }
        return try? decide(dice.pick(moves), by: dice.pick(actors), on: status, at: now).get()
    }
}
