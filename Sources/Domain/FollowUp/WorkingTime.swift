/// Counting in working time. Every answer rests on one function, the working time passed since 2000, and its inverse.
extension WorkingCalendar {
    private static let minute: Int64 = 60_000_000

    /// Whether work is done at that instant; a stretch includes its opening and not its closing.
    public func isWorking(_ instant: Instant) -> Bool {
        let (day, within) = local(instant)
        guard isWorkday(day) else { return false }
        return hours.contains { Int64($0.opens) * Self.minute <= within && within < Int64($0.closes) * Self.minute }
    }

    /// The instant at which that many working minutes after `start` are used up.
    ///
    /// Outside working time counting starts at the next opening. An amount that ends exactly with a stretch ends at
    /// its closing, not at the next opening. With the usual hours: 30 minutes from Friday 17:15 is Monday 08:45;
    /// 15 minutes is Friday 17:30; nothing (or less) from Saturday is Monday 08:30.
    /// Past 2100 the rest is added as plain minutes.
    public func adding(workingMinutes: Int32, to start: Instant) -> Instant {
        guard localDay(of: start) <= Self.lastDay else { return start.adding(minutes: Int64(max(0, workingMinutes))) }
        let before = worked(until: start)
        guard workingMinutes > 0 else { return isWorking(start) ? start : firstInstant(withMoreThan: before) }
        return firstInstant(with: before + Int64(workingMinutes) * Self.minute)
    }

    /// The latest instant from which that many working minutes lie before `end`; the mirror of
    /// ``adding(workingMinutes:to:)``.
    ///
    /// With the usual hours: 30 minutes before Monday 08:45 is Friday 17:15. Before 2000 the rest is subtracted as
    /// plain minutes.
    public func subtracting(workingMinutes: Int32, from end: Instant) -> Instant {
        guard localDay(of: end) >= Self.firstDay else { return end.adding(minutes: -Int64(max(0, workingMinutes))) }
        let target = worked(until: end) - Int64(max(0, workingMinutes)) * Self.minute
        guard workingMinutes > 0 else { return isWorking(end) ? end : firstInstant(with: target) }
        guard target >= 0 else {
            return Instant(microseconds: instant(ofDay: Self.firstDay, minute: 0).microseconds + target)
        }
        return firstInstant(withMoreThan: target)
    }

    /// Whole working minutes between two instants, rounded towards zero; negative when `end` is the earlier one.
    public func workingMinutes(from start: Instant, to end: Instant) -> Int32 {
        Int32((worked(until: end) - worked(until: start)) / Self.minute)
    }

    /// Working microseconds from 2000-01-01 to the instant.
    private func worked(until instant: Instant) -> Int64 {
        let (day, within) = local(instant)
        guard day >= Self.firstDay else { return 0 }
        guard day <= Self.lastDay else { return Int64(minutesBefore[minutesBefore.count - 1]) * Self.minute }
        var worked = Int64(minutesBefore[Int(day - Self.firstDay)]) * Self.minute
        guard isWorkday(day) else { return worked }
        for stretch in hours {
            let opens = Int64(stretch.opens) * Self.minute
            worked += max(0, min(within, Int64(stretch.closes) * Self.minute) - opens)
        }
        return worked
    }

    /// The earliest instant until which `amount` has been worked: for a full stretch its closing.
    private func firstInstant(with amount: Int64) -> Instant {
        // The last day that begins with less than the amount behind it.
        let index = firstIndex { Int64($0) * Self.minute >= amount } - 1
        guard index >= 0 else { return instant(ofDay: Self.firstDay, minute: 0) }
        guard index < minutesBefore.count - 1 else {
            let rest = amount - Int64(minutesBefore[index]) * Self.minute
            return Instant(microseconds: instant(ofDay: Self.lastDay + 1, minute: 0).microseconds + rest)
        }
        return instant(inDayAt: index, after: amount - Int64(minutesBefore[index]) * Self.minute, orClosing: true)
    }

    /// The latest instant until which no more than `amount` has been worked: after a full stretch the next opening.
    private func firstInstant(withMoreThan amount: Int64) -> Instant {
        let index = firstIndex { Int64($0) * Self.minute > amount } - 1
        guard index < minutesBefore.count - 1 else { return instant(ofDay: Self.lastDay + 1, minute: 0) }
        return instant(inDayAt: index, after: amount - Int64(minutesBefore[index]) * Self.minute, orClosing: false)
    }

    /// The instant in a working day at which `rest` has been worked that day.
    private func instant(inDayAt index: Int, after rest: Int64, orClosing: Bool) -> Instant {
        var rest = rest
        var at = Int64(hours[0].opens) * Self.minute
        for stretch in hours {
            let length = Int64(stretch.closes - stretch.opens) * Self.minute
            at = Int64(stretch.opens) * Self.minute + rest
            if rest < length || (orClosing && rest == length) { break }
            rest -= length
        }
        let midnight = instant(ofDay: Self.firstDay + Int32(index), minute: 0)
        return Instant(microseconds: midnight.microseconds + at)
    }

    /// The first index of ``minutesBefore`` whose value passes; the count when none does.
    private func firstIndex(where passes: (Int32) -> Bool) -> Int {
        var low = 0
        var high = minutesBefore.count
        while low < high {
            let middle = (low + high) / 2
            if passes(minutesBefore[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
