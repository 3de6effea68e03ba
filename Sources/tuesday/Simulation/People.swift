import PostgresClient
import Synchronization

/// Simulated cadres and residents acting on the requests that exist: each does what is theirs to do once its time has
/// come, through the API. Some cadres are silent, so that reminders, breaches and hand-overs happen.
struct People: Sendable {
    /// What a round of acting did.
    struct Deeds: Sendable {
        var moves = 0
        /// Moves that a rule refused because the request had changed meanwhile.
        var refused = 0
    }

    /// A request somebody may have to act on.
    private struct Case: Sendable {
        let request: String
        let state: Int16
        let cadre: String
        let assignment: Int32
        let reopenings: Int32
        /// When the present state began, microseconds since 1970.
        let since: Int64
        let isRated: Bool
    }

    private struct Deed: Sendable {
        let request: String
        let move: String
        let actor: String
        var rating: Int?
        var reason: String?
    }

    let pool: PostgresPool
    let api: CountyAPI
    let seed: UInt64
    /// How long a simulated minute is, in microseconds of the county's clock.
    let minute: Int64
    /// Answered requests older than this are left alone: the resident is content.
    let attention: Int64
    private let numbers = Numbers()

    init(pool: PostgresPool, api: CountyAPI, seed: UInt64, minute: Int64) {
        self.pool = pool
        self.api = api
        self.seed = seed
        self.minute = minute
        attention = 200 * minute
    }

    /// Lets a request's fate follow from the number of its sending, as its id is left to chance.
    func remember(_ request: String, as number: Int) { numbers.set(request, number) }

    /// Everybody does once what is due at `now`; repeats until nothing more is, as acting takes no simulated time.
    func act(at now: Int64) async throws -> Deeds {
        var done = Deeds()
        while true {
            let deeds = try await cases(at: now).compactMap { deed($0, at: now) }
            if deeds.isEmpty { return done }
            let made = try await perform(deeds)
            done.moves += made
            done.refused += deeds.count - made
            // Refused ones are left for the next round.
            if made == 0 { return done }
        }
    }

    private func perform(_ deeds: [Deed]) async throws -> Int {
        try await inParallel(deeds, width: 64) { deed in
            try await api.move(deed.request, deed.move, actor: deed.actor, rating: deed.rating, reason: deed.reason)
        }
        .count { $0 }
    }

    private func deed(_ item: Case, at now: Int64) -> Deed? {
        let number = numbers[item.request]
        let waited = (now - item.since) / minute
        let cadre = "cadre:\(item.cadre)"
        switch item.state {
        case 2:
            var habit = Dice(seed, "silent \(item.cadre)")
            if habit.chance(6) { return nil }
            var dice = Dice(seed, "acknowledge", number &* 8 &+ Int(item.assignment))
            guard waited >= dice.roll(5...50) else { return nil }
            if item.assignment == 1, dice.chance(4) {
                return Deed(request: item.request, move: "decline", actor: cadre, reason: "不属于本岗位职责")
            }
            return Deed(request: item.request, move: "acknowledge", actor: cadre)
        case 3:
            var dice = Dice(seed, "start", number)
            guard waited >= dice.roll(0...45) else { return nil }
            return Deed(request: item.request, move: "start", actor: cadre)
        case 4:
            var dice = Dice(seed, "resolve", number)
            guard waited >= dice.roll(30...360) else { return nil }
            return Deed(request: item.request, move: "resolve", actor: cadre)
        case 5:
            var dice = Dice(seed, "answer", number)
            let (delay, fate) = (dice.roll(10...120), dice.roll(0...99))
            guard waited >= delay else { return nil }
            if fate < 6, item.reopenings == 0 { return Deed(request: item.request, move: "reopen", actor: "resident") }
            return fate < 85 ? Deed(request: item.request, move: "confirm", actor: "resident") : nil
        default:
            var dice = Dice(seed, "rate", number)
            guard !item.isRated, dice.chance(70) else { return nil }
            return Deed(request: item.request, move: "rate", actor: "resident", rating: dice.pick([5, 5, 5, 4, 4, 3, 2, 1]))
        }
    }

    private func cases(at now: Int64) async throws -> [Case] {
        let parameters: [PostgresParameter] = [.timestamp(microseconds: now - attention)]
        let rows = try await pool.withConnection { try await $0.query(Self.open, parameters) }
        return try rows.map { row in
            Case(
                request: try row.string(0), state: try row.int16(1), cadre: try row.string(2),
                assignment: try row.int32(3), reopenings: try row.int32(4), since: try row.timestamp(5),
                isRated: try row.bool(6))
        }
    }

    private static let open: PostgresStatement = """
        select r.id::text, r.state, coalesce(c.code, ''), r.assignment, r.timer_epoch,
            coalesce(
                case r.state
                    when 2 then r.assigned_at when 5 then r.resolved_at when 6 then r.closed_at else r.acknowledged_at
                end,
                r.accepted_at),
            r.rating is not null
        from tuesday.request r
        left join register.cadre c on c.id = r.owner_id
        where r.state in (2, 3, 4)
           or (r.state = 5 and r.resolved_at > $1)
           or (r.state = 6 and r.rating is null and r.closed_at > $1)
        order by r.id desc
        limit 20000
        """

    /// Which sending became which request.
    private final class Numbers: Sendable {
        private let byRequest = Mutex<[String: Int]>([:])

        /// One that was not sent by this simulation gets a number from its id.
        subscript(_ request: String) -> Int {
            byRequest.withLock { $0[request] } ?? request.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFF_FFFF
        }

        func set(_ request: String, _ number: Int) {
            byRequest.withLock { numbers in
                // A simulation that runs for weeks forgets the oldest half now and then, and rolls anew for them.
                if numbers.count > 200_000 { numbers.removeAll() }
                numbers[request] = number
            }
        }
    }
}

/// Runs `body` for every item, at most `width` at a time; results in the order they came.
func inParallel<Item: Sendable, Value: Sendable>(
    _ items: [Item], width: Int, _ body: @escaping @Sendable (Item) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: Value.self) { group in
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            if index >= width, let value = try await group.next() { values.append(value) }
            group.addTask { try await body(item) }
        }
        for try await value in group { values.append(value) }
        return values
    }
}
