import Domain
import Testing

struct CivilDateTests {
    @Test(arguments: 1990..<2110)
    func `every day of a year goes to a date, to text and back`(year: Int32) throws {
        let first = try #require(CivilDate(year: year, month: 1, day: 1))
        let next = try #require(CivilDate(year: year + 1, month: 1, day: 1))
        var before: CivilDate?
        for day in first.daysSince1970..<next.daysSince1970 {
            let date = CivilDate(daysSince1970: day)
            #expect(date.year == year)
            #expect(date.daysSince1970 == day)
            #expect(CivilDate(date.description) == date)
            #expect(before.map { $0 < date } ?? true)
            before = date
        }
    }

    @Test(arguments: [
        ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-01-01", 10_957, 6), ("2000-02-29", 11_016, 2),
        ("2026-07-28", 20_662, 2), ("2100-12-31", 47_846, 5), ("0001-01-01", -719_162, 1),
    ])
    func `known days have their number and weekday`(text: String, days: Int32, weekday: Int32) {
        #expect(CivilDate(text)?.daysSince1970 == days)
        #expect(CivilDate(text)?.weekday == weekday)
        #expect(CivilDate(daysSince1970: days).description == text)
    }

    @Test(arguments: [
        "", "2026-7-28", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31",
        "2026/07/28", "20260728", "2026-07-28 ", "+026-07-28", "2026-07-2８", "0000-01-01",
    ])
    func `what is no day is refused`(text: String) {
        #expect(CivilDate(text) == nil)
    }
}
