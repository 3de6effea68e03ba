"""Requests get their promises: deadlines to acknowledge and to resolve, and the owner is told."""
import orjson

import records
import times
from rows import array, copy
from working_time import WorkingTime

RELEVANT = {b"received", b"assigned"}


class FollowUp:
    name, topic = "followup", records.REQUESTS

    def __init__(self, connection, register):
        self.register = register
        self.working = WorkingTime(connection)

    def handle(self, messages, transaction):
        named = {m.key().decode() for m in messages if records.kind(m) in RELEVANT}
        if not named:
            return
        cursor, ids = transaction.cursor, array(sorted(named))
        cursor.execute(
            """
            select id::text, state, service_id, assignment, timer_epoch, owner_id,
                (extract(epoch from accepted_at) * 1000000)::bigint, (extract(epoch from assigned_at) * 1000000)::bigint
            from tuesday.request
            where id = any(%s::uuid[])
            """, (ids,))
        # Not locked: what is written for one that has moved on meanwhile is told as void when it would fire.
        cases = cursor.fetchall()
        cursor.execute("select request_id::text, kind, epoch from tuesday.deadline where request_id = any(%s::uuid[])", (ids,))
        known = set(cursor.fetchall())
        deadlines, notifications = [], []
        for id, state, service, assignment, epoch, owner, accepted_at, assigned_at in cases:
            acknowledge, resolve = self.register.minutes[service]
            if state <= 4 and (id, 2, epoch) not in known:
                deadlines.append(self.row(id, 2, epoch, accepted_at, resolve, resolve * 80 // 100, 420))
            if state == 2 and (id, 1, assignment) not in known:
                deadlines.append(self.row(id, 1, assignment, assigned_at, acknowledge, acknowledge * 50 // 100, 120))
                notifications.append(self.notification(id, f"cadre:{owner}", transaction))
        copy(
            cursor,
            "tuesday.deadline (request_id, remind_at, due_at, escalate_at, next_at, epoch, county_id, kind, stage)",
            deadlines)
        copy(
            cursor,
            "tuesday.notification (lane_id, lane_seq, at, request_id, county_id, recipient, template, body)",
            notifications)

    def row(self, id, kind, epoch, start, minutes, reminder, grace):
        adding = self.working.adding
        remind = times.text(adding(reminder, start)).encode()
        due, escalate = (times.text(adding(m, start)).encode() for m in (minutes, minutes + grace))
        return b"%s\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t0" % (
            id.encode(), remind, due, escalate, remind, epoch, self.register.county, kind)

    def notification(self, id, recipient, transaction):
        body = orjson.dumps({"request_id": id, "recipient": recipient, "template": "assigned"})
        lane_seq = transaction.next_seq()
        transaction.messages.append(
            records.notification(transaction.lane, lane_seq, id, recipient, "assigned", transaction.now, body))
        return b"%d\t%d\t%s\t%s\t%d\t%s\tassigned\t%s" % (
            transaction.lane, lane_seq, transaction.now_text, id.encode(), self.register.county, recipient.encode(), body)
