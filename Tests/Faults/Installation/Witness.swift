import PostgresClient

/// What the database itself writes down about those who write to it, so that a zombie's write is seen even if everything
/// adds up afterwards.
enum Witness {
    static let schema = """
        create schema witness;
        create table witness.lane_write (
            number bigint generated always as identity primary key,
            lane_id int not null, epoch bigint not null, former_epoch bigint, next_offset bigint not null,
            former_offset bigint, lane_seq bigint not null, former_seq bigint, published_through bigint not null,
            former_published bigint, owner text, former_owner text, application text not null,
            began_at timestamptz not null default now(), at timestamptz not null default clock_timestamp());
        create index on witness.lane_write (lane_id, number);
        create table witness.overload (cadre_id int not null, open int not null, capacity int not null);
        create function witness.saw_lane() returns trigger language plpgsql security definer as $$
        begin
            insert into witness.lane_write (lane_id, epoch, former_epoch, next_offset, former_offset, lane_seq, former_seq,
                published_through, former_published, owner, former_owner, application)
            values (new.id, new.epoch, case when tg_op = 'UPDATE' then old.epoch end, new.next_offset,
                case when tg_op = 'UPDATE' then old.next_offset end, new.lane_seq,
                case when tg_op = 'UPDATE' then old.lane_seq end, new.published_through,
                case when tg_op = 'UPDATE' then old.published_through end, new.owner,
                case when tg_op = 'UPDATE' then old.owner end, current_setting('application_name'));
            return null;
        end $$;
        create trigger saw_lane after insert or update on tuesday.lane
            for each row execute function witness.saw_lane();
        create function witness.saw_load() returns trigger language plpgsql security definer as $$
        begin
            insert into witness.overload values (new.cadre_id, new.open, new.capacity);
            return null;
        end $$;
        create trigger saw_load after insert or update on register.cadre_load
            for each row when (new.open > new.capacity or new.open < 0) execute function witness.saw_load();
        create table witness.firing (
            number bigint generated always as identity primary key,
            request_id uuid not null, kind smallint not null, epoch int not null, stage text not null,
            due_at timestamptz not null, fired_at timestamptz not null, is_breached boolean not null,
            state smallint not null, assignment int not null, timer_epoch int not null);
        -- The request as the firing transaction sees it, which should hold its lock by now.
        create function witness.saw_firing() returns trigger language plpgsql security definer as $$
        begin
            insert into witness.firing (request_id, kind, epoch, stage, due_at, fired_at, is_breached, state, assignment,
                timer_epoch)
            select new.request_id, new.kind, new.epoch, s.stage, s.due_at, least(s.fired_at, clock.now()),
                new.breached_at is not null, coalesce(r.state, -1::smallint), coalesce(r.assignment, -1),
                coalesce(r.timer_epoch, -1)
            from (values
                ('reminder', old.reminded_at, new.reminded_at, new.remind_at),
                ('breach', old.breached_at, new.breached_at, new.due_at),
                ('escalation', old.escalated_at, new.escalated_at, new.escalate_at)) s (stage, former_at, fired_at, due_at)
            left join tuesday.request r on r.id = new.request_id
            where s.fired_at is distinct from s.former_at;
            return null;
        end $$;
        create trigger saw_firing after update on tuesday.deadline
            for each row when (old.reminded_at is distinct from new.reminded_at
                or old.breached_at is distinct from new.breached_at
                or old.escalated_at is distinct from new.escalated_at) execute function witness.saw_firing();
        -- Just longer than the workers take to renew it: nobody waits longer for what a dead one left behind.
        create function witness.shorten_lease() returns trigger language plpgsql as $$
        begin
            new.lease_until := least(new.lease_until, clock_timestamp() + interval '6 seconds');
            return new;
        end $$;
        create trigger shorten_lease before insert or update on tuesday.lane
            for each row execute function witness.shorten_lease();
        insert into clock.virtual (now_at, set_at, rate)
        values ('2026-06-15 08:31:00+08', clock_timestamp(), \(FaultCounty.clockRate));
        """

    /// Starts the county's clock on its Monday morning.
    static let startClock = """
        update clock.virtual set now_at = '2026-06-15 08:31:00+08', set_at = clock_timestamp()
        """

    /// Lets the clock stand, so that nothing falls due any more and what is due comes to an end. It stands ten seconds ahead:
    /// while this commits others still see it run, and it must not go back for them.
    static let stopClock = """
        update clock.virtual set now_at = clock.now() + interval '10 seconds' * rate, set_at = clock_timestamp(), rate = 0
        """
    static let resumeClock = "update clock.virtual set set_at = clock_timestamp(), rate = \(FaultCounty.clockRate)"

    /// In the order in which they were committed, lane by lane.
    static func laneWrites(_ installation: Installation) async throws -> [LaneWrites.Row] {
        try await installation.ask { connection in
            try await connection.query(
                """
                select number, lane_id, epoch, former_epoch, next_offset, lane_seq, published_through, former_offset, former_seq,
                    former_published, owner, former_owner, application, began_at, at
                from witness.lane_write
                order by number
                """
            ).map { row in
                let formerEpoch = try row.optionalInt64(3)
                return LaneWrites.Row(
                    number: try row.int64(0), lane: try row.int32(1), epoch: try row.int64(2), formerEpoch: formerEpoch,
                    position: LaneWrites.Position(
                        nextOffset: try row.int64(4), laneSeq: try row.int64(5), publishedThrough: try row.int64(6)),
                    former: formerEpoch == nil
                        ? nil
                        : LaneWrites.Position(
                            nextOffset: try row.int64(7), laneSeq: try row.int64(8), publishedThrough: try row.int64(9)),
                    owner: try row.optionalString(10), formerOwner: try row.optionalString(11),
                    writer: try row.string(12), beganAt: try row.timestamp(13), at: try row.timestamp(14))
            }
        }
    }

    static func firings(_ installation: Installation) async throws -> [Firings.Firing] {
        try await installation.ask { connection in
            try await connection.query(
                """
                select request_id::text, kind, epoch, stage, due_at, fired_at, is_breached, state, assignment, timer_epoch
                from witness.firing
                order by number
                """
            ).map { row in
                let stage = try row.string(3)
                guard let stage = Firings.Stage(rawValue: stage) else {
                    throw HarnessFailure("the witness saw the unknown stage \(stage)")
                }
                return Firings.Firing(
                    request: try row.string(0), kind: try row.int16(1), epoch: try row.int32(2), stage: stage,
                    dueAt: try row.timestamp(4), firedAt: try row.timestamp(5), isBreached: try row.bool(6),
                    state: try row.int16(7), assignment: try row.int32(8), timerEpoch: try row.int32(9))
            }
        }
    }

    static let overloads = """
        select format('cadre %s had %s of %s', cadre_id, open, capacity) from witness.overload limit 5
        """
}
