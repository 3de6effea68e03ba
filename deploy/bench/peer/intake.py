"""Submissions become requests: validated, told from those that came before, written with their first event."""
from hashlib import sha256
from os import urandom

import orjson

import records
from rows import array, copy, escaped
from stage import EVENT_TARGET


class Intake:
    name, topic = "intake", "tuesday.submissions.v1"

    def __init__(self, connection, register):
        self.register = register

    def handle(self, messages, transaction):
        fresh, refused = {}, []
        for message in messages:
            try:
                sent = orjson.loads(message.value())
                village, town = self.register.villages[sent["village"]]
                service, priority = self.register.services[sent["service"]]
                if not (sent.get("description") or sent.get("subject")):
                    raise ValueError("empty")
            except (ValueError, KeyError, TypeError) as problem:
                refused.append((message, repr(problem)))
                continue
            channel, source = sent.get("channel", "kafka"), sent.get("source_id") or message.key().decode()
            key = digest("source", channel, source)
            fresh.setdefault(key, (sent, channel, source, (self.register.county, town, village, service), priority))
        cursor = transaction.cursor
        cursor.execute(
            "select key::text from tuesday.idempotency_key where key = any(%s::uuid[])", (array(fresh),))
        for (known,) in cursor.fetchall():
            fresh.pop(known.replace("-", ""), None)
        self.write(fresh, transaction)
        if refused:
            self.refuse(refused, transaction)

    def write(self, fresh, transaction):
        now, now_text, county = transaction.now, transaction.now_text, self.register.county
        keys, requests, submissions, events = [], [], [], []
        for (key, (sent, channel, source, place, priority)), id in zip(fresh.items(), mint(now, len(fresh))):
            request = id.encode()
            get = sent.get
            body_hash = digest(
                sent["village"], sent["service"], get("subject", ""), get("description", ""), get("name", ""),
                get("phone", ""), get("email", ""), get("account", ""), get("address", ""), "", "")
            keys.append(b"%s\t%s\t%s\t%d" % (key.encode(), body_hash.encode(), request, county))
            requests.append(
                b"%s\t%s\t%s\t%d\t%d\t%d\t%d\t1\t1\t1\t%d" % (request, now_text, now_text, *place, priority))
            submissions.append(
                b"\t".join((
                    request, b"%d" % county, escaped(channel), escaped(source), escaped(get("name")),
                    escaped(get("phone")), escaped(get("email")), escaped(get("account")), escaped(get("subject", "")),
                    escaped(get("description", "")), escaped(get("address")))))
            body = records.event_body(
                id, 1, "received", now, place, now, "resident", "waiting", assignment=0, reason="routing")
            events.append(transaction.event_row(id, 1, 1, "received", body, county))
        keys.sort()
        cursor = transaction.cursor
        copy(cursor, "tuesday.idempotency_key (key, body_hash, request_id, county_id)", keys)
        copy(
            cursor,
            "tuesday.request (id, accepted_at, submitted_at, county_id, town_id, village_id, service_id, last_seq, "
            "state, waiting_reason, priority)", requests)
        copy(
            cursor,
            "personal.submission (request_id, county_id, channel, source_id, name, phone, email, account, subject, "
            "description, address)", submissions)
        copy(cursor, EVENT_TARGET, events)

    def refuse(self, refused, transaction):
        transaction.cursor.executemany(
            """
            insert into tuesday.refusal (lane_id, source_offset, at, source_partition, channel, code, detail)
            values (%s, %s, clock.now(), %s, 'kafka', 'malformed', %s)
            """,
            [(transaction.lane, m.offset(), m.partition(), problem[:200]) for m, problem in refused])


def digest(*parts):
    """The first 128 bits, as 32 hexadecimal digits."""
    return sha256("".join(part + "\0" for part in parts).encode()).hexdigest()[:32]


def mint(now, count):
    """UUIDs of version 7, as text."""
    head = f"{now // 1000:012x}"
    head = f"{head[:8]}-{head[8:]}-7"
    random = urandom(10 * count).hex()
    for at in range(0, 20 * count, 20):
        r = random[at:at + 20]
        yield f"{head}{r[0:3]}-{'89ab'[int(r[3], 16) & 3]}{r[4:7]}-{r[7:19]}"
