"""Requests get an owner: the best certified on the nearest rung, the least loaded among them."""
from zlib import crc32

import records
from rows import array, copy
from stage import EVENT_TARGET, Again

FINALISTS = 8


class Router:
    name, topic = "router", records.REQUESTS

    def __init__(self, connection, register):
        self.register = register

    def handle(self, messages, transaction):
        named = {m.key().decode() for m in messages if records.kind(m) == b"received"}
        if not named:
            return
        cursor = transaction.cursor
        cursor.execute(
            """
            select id::text, village_id, service_id, town_id, last_seq, assignment,
                (extract(epoch from accepted_at) * 1000000)::bigint
            from tuesday.request
            where id = any(%s::uuid[]) and state = 1 and waiting_reason = 1
            order by priority, id
            """, (array(sorted(named)),))
        cases = cursor.fetchall()
        cursor.execute("select cadre_id, open, capacity from register.cadre_load")
        loads = {cadre: [taken, capacity] for cadre, taken, capacity in cursor.fetchall()}
        ids, cadres, seqs, assignments, events, given = [], [], [], [], [], {}
        county, now, now_text = self.register.county, transaction.now, transaction.now_text
        for id, village, service, town, last_seq, assignment, accepted_at in cases:
            found = self.choose(id, village, service, loads)
            if found is None:
                raise RuntimeError(f"nobody can serve request {id}; the bench submits only what somebody can")
            rung, finalists = found
            cadre = finalists[0][2]
            loads[cadre][0] += 1
            given[cadre] = given.get(cadre, 0) + 1
            seq = last_seq + 1
            grounds = ",".join(f"[{c},{level},{taken},{capacity}]" for _, _, c, level, taken, capacity in finalists)
            ids.append(id)
            cadres.append(str(cadre))
            seqs.append(str(seq))
            assignments.append(
                b'%s\t%s\t%d\t%d\t%d\t%d\t1\t%d\t{"f":[%s],"c":[]}' % (
                    id.encode(), now_text, self.register.version, assignment + 1, county, cadre, rung, grounds.encode()))
            body = records.event_body(
                id, seq, "assigned", now, (county, town, village, service), accepted_at, "system", "assigned",
                assignment=assignment + 1, cadre_id=cadre, previous_reason="routing")
            events.append(transaction.event_row(id, seq, 2, "assigned", body, county))
        cursor.execute(
            """
            update tuesday.request r
            set state = 2, waiting_reason = null, owner_id = n.cadre_id, assignment = r.assignment + 1,
                assigned_at = clock.now(), last_seq = n.seq
            from unnest(%s::uuid[], %s::int[], %s::int[]) as n (id, cadre_id, seq)
            where r.id = n.id and r.state = 1 and r.last_seq = n.seq - 1
            """, (array(ids), array(cadres), array(seqs)))
        # Not locked when they were read: somebody else may have moved one since.
        if cursor.rowcount != len(ids):
            raise Again
        copy(
            cursor,
            "tuesday.assignment (request_id, assigned_at, register_version, number, county_id, cadre_id, "
            "policy_version, rung, grounds)", assignments)
        copy(cursor, EVENT_TARGET, events)
        self.reserve(given, cursor)

    def choose(self, id, village, service, loads):
        """The rung and its finalists as (relative load, lot, cadre, level, open, capacity), the winner first."""
        lot = id.encode()
        for rung, candidates in enumerate(self.register.ladder(village, service), 1):
            best, finalists = 0, []
            for level, cadre in candidates:
                if level < best:
                    break
                taken, capacity = loads[cadre]
                if taken < capacity:
                    best = level
                    finalists.append((taken * 1000 // capacity, crc32(lot, cadre), cadre, level, taken, capacity))
            if finalists:
                finalists.sort()
                return rung, finalists[:FINALISTS]
        return None

    def reserve(self, given, cursor):
        """Last of all, and never beyond anybody's capacity."""
        cadres = sorted(given)
        cursor.execute(
            "select from register.cadre_load where cadre_id = any(%s) order by cadre_id for no key update", (cadres,))
        cursor.execute(
            """
            update register.cadre_load l
            set open = l.open + n.count
            from unnest(%s::int[], %s::int[]) as n (cadre_id, count)
            where l.cadre_id = n.cadre_id and l.open + n.count <= l.capacity
            """, (cadres, [given[cadre] for cadre in cadres]))
        if cursor.rowcount != len(cadres):
            raise Again
