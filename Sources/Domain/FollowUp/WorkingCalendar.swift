/// When a county works: the only clock that service targets run on.
///
/// Working time is the working hours of every working day. A day works when it is Monday to Friday and no holiday,
/// or when it is a make-up workday (which wins over a holiday). In years whose holidays are not loaded, plain
/// weekdays count. It covers 2000-01-01 to 2100-12-31; working minutes before each day are summed once, so every
/// question costs one binary search at most. The county's offset from UTC is fixed.
public struct WorkingCalendar: Sendable {
    /// One stretch of a working day, from `opens` up to, not including, `closes`, in minutes since local midnight.
    public struct WorkingHours: Sendable, Hashable {
        public let opens: Int32
        public let closes: Int32

        public init(opens: Int32, closes: Int32) {
            self.opens = opens
            self.closes = closes
        }

        /// 08:30–12:00 and 14:30–17:30: seven hours a day.
        public static let usual = [
            WorkingHours(opens: 8 * 60 + 30, closes: 12 * 60), WorkingHours(opens: 14 * 60 + 30, closes: 17 * 60 + 30),
        ]
    }

    /// A time at which cadres receive requests in the service centres: a Tuesday, as a rule.
    public struct Session: Sendable, Hashable {
        /// Local days since 1970-01-01.
        public let day: Int32
        public let opensMinute: Int32
        public let closesMinute: Int32

        public init(day: Int32, opensMinute: Int32, closesMinute: Int32) {
            self.day = day
            self.opensMinute = opensMinute
            self.closesMinute = closesMinute
        }
    }

    public let version: Int64
    public let utcOffsetMinutes: Int32
    /// Ascending, without overlaps, never empty.
    public let hours: [WorkingHours]
    public let holidays: Set<Int32>
    public let makeupWorkdays: Set<Int32>
    /// Ascending by opening.
    public let sessions: [Session]
    public let loadedYears: Set<Int32>

    static let firstDay: Int32 = 10_957  // 2000-01-01
    static let lastDay: Int32 = 47_846  // 2100-12-31
    /// Working minutes before each day from ``firstDay`` to the day after ``lastDay``.
    let minutesBefore: [Int32]

    /// - Parameters:
    ///   - hours: an empty list means the usual hours; overlapping stretches are joined.
    ///   - holidays, makeupWorkdays: local days since 1970-01-01.
    ///   - loadedYears: the years whose holidays and make-up workdays are known.
    public init(
        version: Int64, utcOffsetMinutes: Int32, hours: [WorkingHours] = WorkingHours.usual, holidays: Set<Int32> = [],
        makeupWorkdays: Set<Int32> = [], sessions: [Session] = [], loadedYears: Set<Int32> = []
    ) {
        let joined = Self.joined(hours)
        let minutesPerDay = joined.reduce(Int32(0)) { $0 + $1.closes - $1.opens }
        var minutesBefore: [Int32] = []
        minutesBefore.reserveCapacity(Int(Self.lastDay - Self.firstDay) + 2)
        var sum: Int32 = 0
        for day in Self.firstDay...Self.lastDay {
            minutesBefore.append(sum)
            let isWeekday = (1...5).contains(CivilDate.weekday(ofDay: day))
            if (isWeekday && !holidays.contains(day)) || makeupWorkdays.contains(day) { sum += minutesPerDay }
        }
        minutesBefore.append(sum)
        self.version = version
        self.utcOffsetMinutes = utcOffsetMinutes
        self.hours = joined
        self.holidays = holidays
        self.makeupWorkdays = makeupWorkdays
        self.sessions = sessions.sorted { ($0.day, $0.opensMinute) < ($1.day, $1.opensMinute) }
        self.loadedYears = loadedYears
        self.minutesBefore = minutesBefore
    }

    private static func joined(_ hours: [WorkingHours]) -> [WorkingHours] {
        var joined: [WorkingHours] = []
        for stretch in hours.sorted(by: { $0.opens < $1.opens }) {
            let opens = max(0, stretch.opens, joined.last?.closes ?? 0)
            let closes = min(1_440, stretch.closes)
            if opens < closes { joined.append(WorkingHours(opens: opens, closes: closes)) }
        }
        return joined.isEmpty ? WorkingHours.usual : joined
    }
}

extension WorkingCalendar {
    /// The holidays of that year are known; otherwise plain weekdays are assumed, and somebody should be told.
    public func isLoaded(year: Int32) -> Bool { loadedYears.contains(year) }

    /// The local day of an instant, in days since 1970-01-01.
    public func localDay(of instant: Instant) -> Int32 { local(instant).day }

    /// The local civil date of an instant.
    public func localDate(of instant: Instant) -> CivilDate { CivilDate(daysSince1970: localDay(of: instant)) }

    /// The instant of a local day and minute of that day.
    public func instant(ofDay day: Int32, minute: Int32) -> Instant {
        Instant(seconds: Int64(day) * 86_400 + (Int64(minute) - Int64(utcOffsetMinutes)) * 60)
    }

    /// Whether that local day has working hours at all.
    public func isWorkday(_ day: Int32) -> Bool {
        guard (Self.firstDay...Self.lastDay).contains(day) else { return false }
        let index = Int(day - Self.firstDay)
        return minutesBefore[index + 1] > minutesBefore[index]
    }

    /// The opening of the first session that opens after `instant`; nil when none is planned.
    public func nextSession(after instant: Instant) -> Instant? {
        var low = 0
        var high = sessions.count
        while low < high {
            let middle = (low + high) / 2
            if opening(of: sessions[middle]) > instant { high = middle } else { low = middle + 1 }
        }
        return low < sessions.count ? opening(of: sessions[low]) : nil
    }

    func local(_ instant: Instant) -> (day: Int32, microseconds: Int64) {
        let dayLength: Int64 = 86_400_000_000
        let shifted = instant.microseconds + Int64(utcOffsetMinutes) * 60_000_000
        let within = ((shifted % dayLength) + dayLength) % dayLength
        return (Int32((shifted - within) / dayLength), within)
    }

    private func opening(of session: Session) -> Instant {
        instant(ofDay: session.day, minute: session.opensMinute)
    }
}
