import Domain
import Testing

struct WorkingCalendarTests {
    /// A calendar made up by dice around 2026-07-28, and its working minutes listed one by one.
    struct Listed {
        let calendar: WorkingCalendar
        let first: Instant
        var works: [Bool] = []

        init(seed: Int) {
            var dice = Dice(seed: seed)
            let today: Int32 = 20_662
            var days: [Int32] = []
            for _ in 0..<8 { days.append(today + dice.roll(0...20)) }
            let hours = [
                WorkingCalendar.WorkingHours(opens: dice.roll(0...600), closes: dice.roll(601...900)),
                WorkingCalendar.WorkingHours(opens: dice.roll(700...1_000), closes: dice.roll(1_001...1_440)),
            ]
            calendar = WorkingCalendar(
                version: 1, utcOffsetMinutes: dice.roll(-720...840), hours: dice.hits(30) ? [] : hours,
                holidays: Set(days[0..<4]), makeupWorkdays: Set(days[4...]))
            first = calendar.instant(ofDay: today, minute: 0)
            for minute in 0..<Int32(21 * 1_440) {
                let day = today + minute / 1_440
                let isWeekday = (1...5).contains(CivilDate(daysSince1970: day).weekday)
                let isDay = days[4...].contains(day) || (isWeekday && !days[0..<4].contains(day))
                let isHour = calendar.hours.contains { $0.opens <= minute % 1_440 && minute % 1_440 < $0.closes }
                works.append(isDay && isHour)
            }
        }

        func instant(_ minute: Int) -> Instant { first.adding(minutes: Int64(minute)) }
    }

    @Test(arguments: 0..<40)
    func `sums agree with counting minute by minute`(seed: Int) {
        let listed = Listed(seed: seed)
        var dice = Dice(seed: seed + 1_000)
        for _ in 0..<25 {
            let start = dice.roll(0...listed.works.count - 5_000)
            let end = start + dice.roll(0...4_000)
            let worked = listed.works[start..<end].count { $0 }
            #expect(
                listed.calendar.workingMinutes(from: listed.instant(start), to: listed.instant(end)) == Int32(worked))
            #expect(
                listed.calendar.workingMinutes(from: listed.instant(end), to: listed.instant(start)) == -Int32(worked))
            #expect(listed.calendar.isWorking(listed.instant(start)) == listed.works[start])
            guard worked > 0, let used = listed.works[start..<end].lastIndex(of: true),
                let begun = listed.works[start..<end].firstIndex(of: true)
            else { continue }
            let sum = listed.calendar.adding(workingMinutes: Int32(worked), to: listed.instant(start))
            #expect(sum == listed.instant(used + 1), "seed \(seed)")
            let difference = listed.calendar.subtracting(workingMinutes: Int32(worked), from: listed.instant(end))
            #expect(difference == listed.instant(begun), "seed \(seed)")
        }
    }

    @Test func `hours are joined, cut to the day, and never empty`() {
        func hours(_ list: [(Int32, Int32)]) -> [WorkingCalendar.WorkingHours] {
            let hours = list.map { WorkingCalendar.WorkingHours(opens: $0, closes: $1) }
            return WorkingCalendar(version: 1, utcOffsetMinutes: 0, hours: hours).hours
        }
        #expect(hours([]) == WorkingCalendar.WorkingHours.usual)
        #expect(hours([(600, 600), (700, 600)]) == WorkingCalendar.WorkingHours.usual)
        #expect(hours([(900, 9_999), (-60, 60)]).map(\.closes) == [60, 1_440])
        let joined = hours([(500, 700), (600, 800), (520, 530)])
        #expect(joined.reduce(0) { $0 + $1.closes - $1.opens } == 300)
    }

    @Test func `the local day turns at local midnight`() {
        let calendar = WorkingCalendar(version: 1, utcOffsetMinutes: 480)
        #expect(calendar.localDay(of: Instant(seconds: 16 * 3_600 - 1)) == 0)
        #expect(calendar.localDay(of: Instant(seconds: 16 * 3_600)) == 1)
        #expect(calendar.localDate(of: Instant(seconds: 16 * 3_600)).description == "1970-01-02")
        let west = WorkingCalendar(version: 1, utcOffsetMinutes: -60)
        #expect(west.localDay(of: Instant(seconds: 0)) == -1)
    }

    @Test func `the next session is the first that opens later`() {
        let sessions = [20_669, 20_662].map {
            WorkingCalendar.Session(day: $0, opensMinute: 510, closesMinute: 720)
        }
        let calendar = WorkingCalendar(version: 1, utcOffsetMinutes: 480, sessions: sessions)
        let first = calendar.instant(ofDay: 20_662, minute: 510)
        let second = calendar.instant(ofDay: 20_669, minute: 510)
        #expect(calendar.nextSession(after: Instant(seconds: 0)) == first)
        #expect(calendar.nextSession(after: first) == second)
        #expect(calendar.nextSession(after: Instant(microseconds: second.microseconds - 1)) == second)
        #expect(calendar.nextSession(after: second) == nil)
    }

    @Test func `a year is loaded when it was said to be`() {
        let calendar = WorkingCalendar(version: 1, utcOffsetMinutes: 480, loadedYears: [2026])
        #expect(calendar.isLoaded(year: 2026))
        #expect(!calendar.isLoaded(year: 2027))
    }
}
