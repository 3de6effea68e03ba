import Domain
import Testing

/// 2026-07-28 is a Tuesday.
struct WorkingTimeTests {
    static let usual = WorkingCalendar(version: 1, utcOffsetMinutes: 480)

    static func at(_ text: String, _ hour: Int32, _ minute: Int32, in calendar: WorkingCalendar = usual) -> Instant {
        guard let date = CivilDate(text) else { preconditionFailure("\(text) is no day") }
        return calendar.instant(ofDay: date.daysSince1970, minute: hour * 60 + minute)
    }

    struct Sum: Sendable {
        let from: (String, Int32, Int32)
        let minutes: Int32
        let to: (String, Int32, Int32)
    }

    @Test(arguments: [
        Sum(from: ("2026-07-28", 8, 30), minutes: 1, to: ("2026-07-28", 8, 31)),
        Sum(from: ("2026-07-28", 8, 30), minutes: 210, to: ("2026-07-28", 12, 0)),
        Sum(from: ("2026-07-28", 8, 30), minutes: 211, to: ("2026-07-28", 14, 31)),
        Sum(from: ("2026-07-28", 8, 30), minutes: 390, to: ("2026-07-28", 17, 30)),
        Sum(from: ("2026-07-28", 8, 30), minutes: 391, to: ("2026-07-29", 8, 31)),
        Sum(from: ("2026-07-28", 0, 0), minutes: 30, to: ("2026-07-28", 9, 0)),
        Sum(from: ("2026-07-28", 12, 0), minutes: 30, to: ("2026-07-28", 15, 0)),
        Sum(from: ("2026-07-28", 13, 0), minutes: 30, to: ("2026-07-28", 15, 0)),
        Sum(from: ("2026-07-28", 17, 30), minutes: 30, to: ("2026-07-29", 9, 0)),
        Sum(from: ("2026-07-31", 17, 15), minutes: 30, to: ("2026-08-03", 8, 45)),
        Sum(from: ("2026-07-31", 17, 15), minutes: 15, to: ("2026-07-31", 17, 30)),
        Sum(from: ("2026-08-01", 10, 0), minutes: 60, to: ("2026-08-03", 9, 30)),
        Sum(from: ("2026-08-01", 10, 0), minutes: 0, to: ("2026-08-03", 8, 30)),
        Sum(from: ("2026-07-28", 10, 0), minutes: 0, to: ("2026-07-28", 10, 0)),
        Sum(from: ("2026-07-28", 10, 0), minutes: -9, to: ("2026-07-28", 10, 0)),
        Sum(from: ("2026-07-28", 8, 30), minutes: 390 * 5, to: ("2026-08-03", 17, 30)),
    ])
    func `working minutes are added within the usual hours`(sum: Sum) {
        let from = Self.at(sum.from.0, sum.from.1, sum.from.2)
        let to = Self.at(sum.to.0, sum.to.1, sum.to.2)
        #expect(Self.usual.adding(workingMinutes: sum.minutes, to: from) == to)
    }

    @Test func `holidays are skipped and make-up workdays count, also on a weekend or a holiday`() throws {
        let days = try ["2026-10-01", "2026-10-02", "2026-10-10"].map { try #require(CivilDate($0)).daysSince1970 }
        let calendar = WorkingCalendar(
            version: 1, utcOffsetMinutes: 480, holidays: [days[0], days[1]], makeupWorkdays: [days[2]])
        let eve = Self.at("2026-09-30", 17, 0)
        #expect(calendar.adding(workingMinutes: 60, to: eve) == Self.at("2026-10-05", 9, 0))
        #expect(!calendar.isWorking(Self.at("2026-10-01", 10, 0)))
        #expect(calendar.isWorking(Self.at("2026-10-10", 10, 0)))
        let both = WorkingCalendar(
            version: 1, utcOffsetMinutes: 480, holidays: [days[0]], makeupWorkdays: [days[0]])
        #expect(both.isWorkday(days[0]))
    }

    @Test(arguments: [("08:29", false), ("08:30", true), ("11:59", true), ("12:00", false), ("17:30", false)])
    func `a stretch includes its opening and not its closing`(time: String, works: Bool) throws {
        let parts = time.split(separator: ":").compactMap { Int32($0) }
        #expect(Self.usual.isWorking(Self.at("2026-07-28", parts[0], parts[1])) == works)
    }

    @Test func `seconds and microseconds are kept`() {
        let odd = Instant(microseconds: Self.at("2026-07-28", 11, 59).microseconds + 1_234_567)
        let sum = Self.usual.adding(workingMinutes: 1, to: odd)
        #expect(sum == Instant(microseconds: Self.at("2026-07-28", 14, 30).microseconds + 1_234_567))
        #expect(Self.usual.workingMinutes(from: odd, to: sum) == 1)
    }

    @Test func `subtracting mirrors adding`() {
        let monday = Self.at("2026-08-03", 8, 45)
        #expect(Self.usual.subtracting(workingMinutes: 30, from: monday) == Self.at("2026-07-31", 17, 15))
        #expect(Self.usual.subtracting(workingMinutes: 15, from: monday) == Self.at("2026-08-03", 8, 30))
        let sunday = Self.at("2026-08-02", 9, 0)
        #expect(Self.usual.subtracting(workingMinutes: 0, from: sunday) == Self.at("2026-07-31", 17, 30))
        #expect(Self.usual.subtracting(workingMinutes: 10, from: sunday) == Self.at("2026-07-31", 17, 20))
    }

    @Test func `the ends of the calendar go on in plain minutes and never backwards`() {
        let last = Self.at("2100-12-31", 17, 0)
        let sum = Self.usual.adding(workingMinutes: 60, to: last)
        #expect(sum == Self.at("2101-01-01", 0, 30))
        let beyond = Self.at("2150-01-01", 0, 0)
        #expect(Self.usual.adding(workingMinutes: 5, to: beyond) == beyond.adding(minutes: 5))
        #expect(Self.usual.adding(workingMinutes: 0, to: beyond) == beyond)
        let before = Self.at("1990-01-01", 0, 0)
        #expect(Self.usual.adding(workingMinutes: 5, to: before) == Self.at("2000-01-03", 8, 35))
        #expect(Self.usual.subtracting(workingMinutes: 5, from: before) == before.adding(minutes: -5))
        let first = Self.at("2000-01-01", 9, 0)
        #expect(Self.usual.subtracting(workingMinutes: 5, from: first) == Self.at("1999-12-31", 23, 55))
        #expect(Self.usual.workingMinutes(from: last, to: beyond) == 30)
    }
}
