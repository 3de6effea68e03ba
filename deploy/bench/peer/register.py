"""The county's register as lookups, read once: who may serve what where."""


class Register:
    """`villages` and `services` by code, and the ladder of candidates for each pair of them.

    Certificates and leaves are judged as of now; a long-running process would read them again now and then.
    """

    def __init__(self, connection):
        one = lambda sql: connection.execute(sql).fetchall()
        self.county, self.version = one("select id, version from register.county order by id limit 1")[0]
        self.villages = {code: (id, town) for code, id, town in one("select code, id, town_id from register.village")}
        self.town_of = dict(self.villages.values())
        services = one(
            "select code, id, skill_id, level, acknowledge_minutes, resolve_minutes, priority from register.service")
        self.services = {code: (id, priority) for code, id, _, _, _, _, priority in services}
        self.needs = {id: (skill, level) for _, id, skill, level, _, _, _ in services}
        self.minutes = {id: (acknowledge, resolve) for _, id, _, _, acknowledge, resolve, _ in services}
        self.certified = {}
        for cadre, skill, level in one(
            """
            select c.cadre_id, c.skill_id, max(c.level)
            from register.certificate c
            join register.cadre d on d.id = c.cadre_id and d.is_active
            where c.issued_at <= clock.now() and clock.now() < c.expires_at
              and (c.revoked_at is null or clock.now() < c.revoked_at)
              and not exists (
                select from register.leave l
                where l.cadre_id = c.cadre_id and l.begins_at <= clock.now() and clock.now() < l.ends_at)
            group by 1, 2
            """
        ):
            self.certified[cadre, skill] = level
        self.of_village, self.of_town, self.pool = {}, {}, []
        for cadre, village, town in one("select cadre_id, village_id, town_id from register.coverage order by cadre_id"):
            if village is not None:
                self.of_village.setdefault(village, set()).add(cadre)
            elif town is not None:
                self.of_town.setdefault(town, set()).add(cadre)
            else:
                self.pool.append(cadre)
        self._ladders = {}

    def ladder(self, village, service):
        """For village, town and county pool the cadres who may serve, as (level, cadre), the best level first."""
        found = self._ladders.get((village, service))
        if found is None:
            skill, level = self.needs[service]
            found = []
            areas = (self.of_village.get(village, ()), self.of_town.get(self.town_of[village], ()), self.pool)
            for cadres in areas:
                able = [(self.certified.get((cadre, skill), 0), cadre) for cadre in cadres]
                found.append(sorted((pair for pair in able if pair[0] >= level), reverse=True))
            self._ladders[village, service] = found
        return found
