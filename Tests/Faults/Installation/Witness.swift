/// What the database itself writes down about those who write to it, so that a zombie's write is seen even if everything
/// adds up afterwards.
enum Witness {
    static let schema = """
        create schema witness;
        create table witness.lane_write (
            number bigint generated always as identity primary key,
            lane_id int not null, epoch bigint not null, former_epoch bigint, next_offset bigint not null,
            former_offset bigint, lane_seq bigint not null, former_seq bigint, application text not null,
            consumer_group text not null, at timestamptz not null default clock_timestamp());
        create index on witness.lane_write (lane_id, number);
        create table witness.overload (cadre_id int not null, open int not null, capacity int not null);
        create function witness.saw_lane() returns trigger language plpgsql security definer as $$
        begin
            insert into witness.lane_write (lane_id, epoch, former_epoch, next_offset, former_offset, lane_seq, former_seq,
                application, consumer_group)
            values (new.id, new.epoch, case when tg_op = 'UPDATE' then old.epoch end, new.next_offset,
                case when tg_op = 'UPDATE' then old.next_offset end, new.lane_seq,
                case when tg_op = 'UPDATE' then old.lane_seq end, current_setting('application_name'), new.consumer_group);
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

    /// Lets the clock stand, so that nothing falls due any more and what is due comes to an end.
    static let stopClock = "update clock.virtual set now_at = clock.now(), set_at = clock_timestamp(), rate = 0"
    static let resumeClock = "update clock.virtual set set_at = clock_timestamp(), rate = \(FaultCounty.clockRate)"

    /// Sentences about writes under an epoch by somebody else than who claimed it, and about epochs that went back.
    static let strangers = """
        select format('lane %s (%s): %s wrote under epoch %s, which %s had claimed (write %s)', lane_id, consumer_group,
            application, epoch, coalesce(claimer, 'nobody'), number)
        from (
            select w.*, case when first_value(w.epoch) over claim = w.epoch then first_value(w.application) over claim end
                as claimer
            from (
                select *, count(*) filter (where former_epoch is null or former_epoch < epoch)
                    over (partition by lane_id order by number) as claim_number
                from witness.lane_write) w
            window claim as (partition by w.lane_id, w.claim_number order by w.number)) w
        where w.epoch = w.former_epoch and (w.lane_seq > w.former_seq or w.next_offset > w.former_offset)
          and w.claimer is distinct from w.application
        union all
        select format('lane %s: its epoch went from %s to %s (write %s)', lane_id, former_epoch, epoch, number)
        from witness.lane_write
        where epoch < former_epoch
        limit 5
        """

    static let overloads = """
        select format('cadre %s had %s of %s', cadre_id, open, capacity) from witness.overload limit 5
        """
}
