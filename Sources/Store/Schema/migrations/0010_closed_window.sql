-- Why: each hour's figures are told to others once it is over, and again when they change afterwards. What is to be
-- told is found without a look at the figures: whoever changes an hour puts a row into changed_hour, one each lane.
-- Expected rows: changed_hour one for each county, lane and hour that is not over, and what an import of the past
-- changes until it is told; closed_window up to 24 for each county and hour. Lock held: none that anybody waits for (new
-- tables; the figures counted so far are read once, to be told of in time).

create table tuesday.changed_hour (
    hour timestamptz not null,
    settles_at timestamptz not null,
    county_id int not null,
    lane_id int not null,
    primary key (county_id, hour, lane_id)
) with (fillfactor = 50);
create index changed_hour_by_settling on tuesday.changed_hour (settles_at);
comment on table tuesday.changed_hour is
    'Hours whose figures changed since they were told; each statistics lane has rows of its own.';
comment on column tuesday.changed_hour.settles_at is
    'when the hour is over and the minute in which it last changed, by clock.now(); it is told some time later';

create table tuesday.closed_window (
    lane_id int not null,
    lane_seq bigint not null,
    at timestamptz not null,
    hour timestamptz not null,
    county_id int not null,
    revision int not null,
    measure text not null,
    body text not null,
    primary key (lane_id, lane_seq),
    constraint window_has_each_revision_once unique (county_id, hour, measure, revision),
    constraint revision_starts_at_one check (revision >= 1)
);
comment on table tuesday.closed_window is
    'What was told of each county, hour and measure; the highest revision counts. body is the published record''s value, byte for byte.';

insert into tuesday.changed_hour (hour, settles_at, county_id, lane_id)
select s.hour, s.hour + interval '1 hour', s.county_id, min(s.lane_id)
from tuesday.statistic_village_hour s
group by s.hour, s.county_id;

grant select on tuesday.changed_hour, tuesday.closed_window
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant insert, update, delete on tuesday.changed_hour to tuesday_stats;
grant insert on tuesday.closed_window to tuesday_stats;
