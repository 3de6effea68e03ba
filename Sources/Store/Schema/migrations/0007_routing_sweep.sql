-- Why: a request that waits for its first or next routing has no waiting row, and so no timer, because a row for each
-- would cost two writes for every request that is routed in time, which is nearly all. Instead the router looks
-- through the events of each lane, each event once, some time after it was published, and gives the requests that are
-- still undecided a row. Expected rows: one per lane, hundreds. Lock held: none (new table).

create table tuesday.routing_sweep (
    lane_id int primary key,
    swept_through bigint not null default 0,
    marked_through bigint not null default 0,
    marked_at timestamptz not null default clock_timestamp(),
    constraint sweep_stops_at_the_mark check (swept_through <= marked_through)
) with (fillfactor = 50);
comment on table tuesday.routing_sweep is
    'How far each lane was looked through for requests whose events brought no routing.';
comment on column tuesday.routing_sweep.swept_through is 'events up to this lane_seq were looked at';
comment on column tuesday.routing_sweep.marked_through is 'what the lane had published at marked_at, to be looked at next';
comment on column tuesday.routing_sweep.marked_at is
    'by the server''s own clock, never the virtual one: it is about machines, and events of imported requests are dated in the past';

grant select on tuesday.routing_sweep
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant insert, update on tuesday.routing_sweep to tuesday_router;
