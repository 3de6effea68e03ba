import Domain
import Testing

struct FiguresTests {
    private static func event(_ type: EventType, second: Int64 = 7_300) -> RequestEvent {
        RequestEvent(
            request: RequestID(1), seq: 2, type: type, at: Instant(seconds: second),
            place: .init(county: County.ID(1), town: Town.ID(2), village: Village.ID(3), service: Service.ID(4)),
            acceptedAt: Instant(seconds: 100), actor: .system, state: .waiting)
    }

    @Test(arguments: [(0, 0), (3_599, 0), (3_600, 3_600), (7_300, 7_200), (-1, -3_600), (-3_600, -3_600)])
    func `an event is counted in the UTC hour in which it happened`(second: Int64, hour: Int64) {
        let (key, _) = figures(of: Self.event(.started, second: second))
        let expected = StatisticsKey(
            county: County.ID(1), town: Town.ID(2), village: Village.ID(3), service: Service.ID(4),
            hourStart: Instant(seconds: hour))
        #expect(key == expected)
    }

    @Test func `the first assignment is counted apart from later ones, with its seconds`() {
        var event = Self.event(.assigned)
        event.assignment = 1
        event.previousReason = .routing
        var expected = Figures()
        expected.assigned = 1
        expected.secondsToAssign = 7_200
        expected.waiting.routing = -1
        #expect(figures(of: event).1 == expected)
        event.assignment = 2
        expected = Figures()
        expected.reassigned = 1
        expected.waiting.routing = -1
        #expect(figures(of: event).1 == expected)
    }

    @Test func `what was resolved elsewhere is not counted as resolved here, nor are its seconds`() {
        var event = Self.event(.resolved)
        #expect(figures(of: event).1.resolved == 1 && figures(of: event).1.secondsToResolve == 7_200)
        event.isOutside = true
        var expected = Figures()
        expected.resolvedOutside = 1
        #expect(figures(of: event).1 == expected)
    }

    @Test func `breaches are counted by deadline, ratings with their sum`() {
        var event = Self.event(.breached)
        event.deadline = .acknowledge
        #expect(figures(of: event).1.breachedAcknowledge == 1 && figures(of: event).1.breachedResolve == 0)
        event.deadline = .resolve
        #expect(figures(of: event).1.breachedAcknowledge == 0 && figures(of: event).1.breachedResolve == 1)
        event = Self.event(.rated)
        event.rating = 4
        #expect(figures(of: event).1.rated == 1 && figures(of: event).1.ratingSum == 4)
    }

    @Test func `seconds are rounded down and never negative`() {
        var event = Self.event(.resolved)
        event.at = Instant(microseconds: 101_999_999)
        #expect(figures(of: event).1.secondsToResolve == 1)
        event.at = Instant(seconds: 99)
        #expect(figures(of: event).1.secondsToResolve == 0)
    }

    @Test func `only started counts nothing`() {
        for type in EventType.allCases where type != .waiting {
            #expect(figures(of: Self.event(type)).1.isZero == (type == .started), "\(type.word)")
        }
    }

    @Test(arguments: 0..<50)
    func `the waiting deltas of a life add up to the reason it waits for now`(lot: Int) {
        for seed in lot * 40..<lot * 40 + 40 {
            let life = RandomLife(seed: seed)
            var sum = Figures()
            for event in life.events { sum += figures(of: event).1 }
            for reason in WaitingReason.allCases {
                #expect(sum.waiting[reason] == (life.status.reason == reason ? 1 : 0), "seed \(seed) \(reason)")
            }
            let assignments = life.events.count { $0.type == .assigned }
            #expect(sum.received == 1 && sum.assigned + sum.reassigned == Int64(assignments))
            #expect(sum.assigned <= 1 && life.status.assignment == Int32(assignments))
            #expect(life.events.map(\.seq) == Array(1...life.status.lastSeq))
        }
    }

    @Test(arguments: 0..<20)
    func `figures do not depend on the order of events`(lot: Int) {
        let events = (lot * 20..<lot * 20 + 20).flatMap { RandomLife(seed: $0).events }
        var dice = Dice(seed: lot)
        #expect(Self.totals(of: events) == Self.totals(of: events.shuffled(using: &dice)))
    }

    private static func totals(of events: [RequestEvent]) -> [StatisticsKey: Figures] {
        var totals: [StatisticsKey: Figures] = [:]
        for event in events {
            let (key, figures) = figures(of: event)
            totals[key, default: Figures()] += figures
        }
        return totals
    }
}
