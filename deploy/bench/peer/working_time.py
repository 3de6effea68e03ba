"""Working time: the county's calendar, with the working minutes before each day summed once."""
from bisect import bisect_left, bisect_right
from datetime import date

_HOURS = ((510, 720), (870, 1050))  # 08:30-12:00 and 14:30-17:30
_DAY_MINUTES = sum(closes - opens for opens, closes in _HOURS)
_MINUTE = 60_000_000
_DAY = 86_400_000_000


class WorkingTime:
    def __init__(self, connection):
        epoch = date(1970, 1, 1)
        self.offset = connection.execute("select utc_offset_minutes from register.county order by id limit 1").fetchone()[0]
        exceptions = {
            (day - epoch).days: works
            for day, works in connection.execute("select day, is_workday from register.calendar_day").fetchall()
        }
        self.first = (date(2016, 1, 1) - epoch).days
        total, self.before = 0, []
        for day in range(self.first, (date(2040, 1, 1) - epoch).days):
            self.before.append(total)
            if exceptions.get(day, (day + 3) % 7 < 5):
                total += _DAY_MINUTES
        self._added = {}

    def adding(self, minutes, start):
        """The instant at which so many working minutes after `start` are used up."""
        found = self._added.get((minutes, start))
        if found is None:
            if len(self._added) > 200_000:
                self._added.clear()
            found = self._added[minutes, start] = self._add(minutes, start)
        return found

    def _add(self, minutes, start):
        day, within = divmod(start + self.offset * _MINUTE, _DAY)
        index = day - self.first
        worked = self.before[index] * _MINUTE
        if self.before[index + 1] > self.before[index]:
            worked += sum(max(0, min(within, closes * _MINUTE) - opens * _MINUTE) for opens, closes in _HOURS)
        target = worked + minutes * _MINUTE
        # Nothing added outside of working time is the next opening; otherwise a full stretch ends at its closing.
        if minutes > 0:
            index, ends_at_closing = bisect_left(self.before, target / _MINUTE) - 1, True
        else:
            index, ends_at_closing = bisect_right(self.before, target / _MINUTE) - 1, False
        rest = target - self.before[index] * _MINUTE
        for opens, closes in _HOURS:
            length = (closes - opens) * _MINUTE
            at = opens * _MINUTE + rest
            if rest < length or (ends_at_closing and rest == length):
                break
            rest -= length
        return (self.first + index) * _DAY - self.offset * _MINUTE + at
