-- Why: figures per hour, kept up by folding events. Expected rows: one fold row per request; one figure row per
-- village (or town and service), hour and lane that saw an event. Lock held: none (new tables).
-- Two narrow roll-ups instead of one of village x service: a batch of thousands of events touches hundreds of rows.

create table tuesday.statistic_fold (
    request_id uuid primary key,
    last_seq int not null
) with (fillfactor = 50);
comment on table tuesday.statistic_fold is 'Which event of each request was counted last: each counts once, in order.';

create table tuesday.statistic_village_hour (
    hour timestamptz not null,
    county_id int not null,
    town_id int not null,
    village_id int not null,
    lane_id int not null,
    received bigint not null default 0,
    assigned bigint not null default 0,
    reassigned bigint not null default 0,
    acknowledged bigint not null default 0,
    resolved bigint not null default 0,
    resolved_outside bigint not null default 0,
    declined bigint not null default 0,
    handed_over bigint not null default 0,
    confirmed bigint not null default 0,
    reopened bigint not null default 0,
    withdrawn bigint not null default 0,
    breached_acknowledge bigint not null default 0,
    breached_resolve bigint not null default 0,
    escalated bigint not null default 0,
    rated bigint not null default 0,
    rating_sum bigint not null default 0,
    seconds_to_assign bigint not null default 0,
    seconds_to_resolve bigint not null default 0,
    waiting_routing bigint not null default 0,
    waiting_nobody_certified bigint not null default 0,
    waiting_certificate_not_valid bigint not null default 0,
    waiting_everyone_on_leave bigint not null default 0,
    waiting_everyone_at_capacity bigint not null default 0,
    waiting_everyone_declined bigint not null default 0,
    primary key (county_id, hour, village_id, lane_id)
) with (fillfactor = 50);
comment on table tuesday.statistic_village_hour is
    'Figures per village and hour, one row per statistics lane.';

create table tuesday.statistic_service_hour (
    hour timestamptz not null,
    county_id int not null,
    town_id int not null,
    service_id int not null,
    lane_id int not null,
    received bigint not null default 0,
    assigned bigint not null default 0,
    reassigned bigint not null default 0,
    acknowledged bigint not null default 0,
    resolved bigint not null default 0,
    resolved_outside bigint not null default 0,
    declined bigint not null default 0,
    handed_over bigint not null default 0,
    confirmed bigint not null default 0,
    reopened bigint not null default 0,
    withdrawn bigint not null default 0,
    breached_acknowledge bigint not null default 0,
    breached_resolve bigint not null default 0,
    escalated bigint not null default 0,
    rated bigint not null default 0,
    rating_sum bigint not null default 0,
    seconds_to_assign bigint not null default 0,
    seconds_to_resolve bigint not null default 0,
    waiting_routing bigint not null default 0,
    waiting_nobody_certified bigint not null default 0,
    waiting_certificate_not_valid bigint not null default 0,
    waiting_everyone_on_leave bigint not null default 0,
    waiting_everyone_at_capacity bigint not null default 0,
    waiting_everyone_declined bigint not null default 0,
    primary key (county_id, hour, town_id, service_id, lane_id)
) with (fillfactor = 50);
comment on table tuesday.statistic_service_hour is
    'Figures per town, service and hour, one row per statistics lane.';

comment on column tuesday.statistic_village_hour.lane_id is 'shard: each statistics lane adds to rows of its own';
comment on column tuesday.statistic_service_hour.lane_id is 'shard: each statistics lane adds to rows of its own';

grant select, insert, update, delete
    on tuesday.statistic_fold, tuesday.statistic_village_hour, tuesday.statistic_service_hour to tuesday_stats;
grant select on tuesday.statistic_fold, tuesday.statistic_village_hour, tuesday.statistic_service_hour
    to tuesday_operator, tuesday_intake;
