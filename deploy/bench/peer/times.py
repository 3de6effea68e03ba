"""Instants are microseconds since 1970 in UTC; texts are RFC 3339, as records and PostgreSQL take them."""
from time import gmtime, strftime

_minutes = {}


def text(instant):
    """2026-11-23T01:02:03.000456Z; the part down to the minute is kept, as many instants share it."""
    minute, rest = divmod(instant, 60_000_000)
    head = _minutes.get(minute)
    if head is None:
        if len(_minutes) > 200_000:
            _minutes.clear()
        head = _minutes[minute] = strftime("%Y-%m-%dT%H:%M:", gmtime(minute * 60))
    return "%s%02d.%06dZ" % (head, rest // 1_000_000, rest % 1_000_000)
