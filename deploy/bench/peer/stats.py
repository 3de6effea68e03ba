"""Events are counted, each once and in order, into figures per hour of villages and of services."""
from datetime import datetime, timedelta

import orjson

import records
from rows import array, copy
from stage import Again

MEASURES = ("received", "assigned", "seconds_to_assign", "waiting_routing")


class Stats:
    name, topic = "stats", records.REQUESTS

    def __init__(self, connection, register):
        self.register = register

    def handle(self, messages, transaction):
        arrived = {}
        for message in messages:
            event = orjson.loads(message.value())
            arrived.setdefault(event["request_id"], []).append(event)
        cursor = transaction.cursor
        cursor.execute(
            """
            select request_id::text, last_seq
            from tuesday.statistic_fold
            where request_id = any(%s::uuid[])
            """, (array(sorted(arrived)),))
        counted = dict(cursor.fetchall())
        villages, services, new, old = {}, {}, [], ([], [], [])
        for request, events in arrived.items():
            last = known = counted.get(request, 0)
            if len(events) > 1:
                events.sort(key=lambda event: event["seq"])
            for event in events:
                if event["seq"] <= last:
                    continue
                if event["seq"] != last + 1:
                    raise RuntimeError(f"request {request} has a gap before event {event['seq']}")
                last += 1
                self.count(event, villages, services)
            if not known:
                new.append(b"%s\t%d" % (request.encode(), last))
            elif last > known:
                old[0].append(request)
                old[1].append(str(known))
                old[2].append(str(last))
        new.sort()
        copy(cursor, "tuesday.statistic_fold (request_id, last_seq)", new)
        cursor.execute(
            """
            update tuesday.statistic_fold f
            set last_seq = n.last_seq
            from unnest(%s::uuid[], %s::int[], %s::int[]) as n (request_id, known, last_seq)
            where f.request_id = n.request_id and f.last_seq = n.known
            """, tuple(map(array, old)))
        # Not locked when they were read: another process may have counted some since.
        if cursor.rowcount != len(old[0]):
            raise Again
        self.add("statistic_village_hour", "village_id", "village_id", villages, transaction)
        self.add("statistic_service_hour", "service_id", "town_id, service_id", services, transaction)
        self.mark({hour for hour, _, _ in villages}, transaction)

    @staticmethod
    def count(event, villages, services):
        kind = event["type"]
        if kind == "received":
            figures = (1, 0, 0, 1)
        elif kind == "assigned":
            figures = (0, 1, seconds(event["accepted_at"], event["at"]), -1)
        else:
            return
        hour, town = event["at"][:13] + ":00:00Z", event["town_id"]
        for sums, entry in ((villages, event["village_id"]), (services, event["service_id"])):
            found = sums.get((hour, town, entry))
            if found is None:
                sums[hour, town, entry] = list(figures)
            else:
                for index, value in enumerate(figures):
                    found[index] += value

    def mark(self, hours, transaction):
        """What is to be told of these hours once they are over."""
        transaction.cursor.execute(
            """
            insert into tuesday.changed_hour as c (county_id, hour, lane_id, settles_at)
            select %s, n.hour, %s, greatest(n.hour + interval '1 hour', date_trunc('minute', now()) + interval '1 minute')
            from unnest(%s::timestamptz[]) as n (hour)
            on conflict (county_id, hour, lane_id) do update set settles_at = greatest(c.settles_at, excluded.settles_at)
            """, (self.register.county, transaction.lane, sorted(hours)))

    def add(self, table, entry, conflict, sums, transaction):
        """Grouped in memory, so that a batch of thousands of events is hundreds of rows."""
        if not sums:
            return
        ordered = sorted(sums.items())
        columns = ", ".join(MEASURES)
        transaction.cursor.execute(
            f"""
            insert into tuesday.{table} as s (county_id, lane_id, hour, town_id, {entry}, {columns})
            select %s, %s, n.*
            from unnest(%s::timestamptz[], %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
                as n (hour, town_id, {entry}, {columns})
            on conflict (county_id, hour, {conflict}, lane_id) do update
            set {", ".join(f"{m} = s.{m} + excluded.{m}" for m in MEASURES)}
            """,
            (
                self.register.county, transaction.lane,
                *([key[index] for key, _ in ordered] for index in range(3)),
                *([figures[index] for _, figures in ordered] for index in range(len(MEASURES))),
            ))


_instants = {}


def seconds(earlier, later):
    """Whole seconds between two texts; those of one batch are the same, so their instants are kept."""
    if len(_instants) > 100_000:
        _instants.clear()
    found = []
    for text in (earlier, later):
        instant = _instants.get(text)
        if instant is None:
            instant = _instants[text] = datetime.fromisoformat(text)
        found.append(instant)
    return max(0, (found[1] - found[0]) // timedelta(seconds=1))
