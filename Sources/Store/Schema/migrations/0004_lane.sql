-- Why: lanes (who may write what next), the messages that leave through them, and what could not be handled.
-- Expected rows: lanes hundreds, notifications and dead letters as they come. Lock held: none (new tables).

create table tuesday.log (
    id int generated always as identity primary key,
    cluster_id text not null,
    incarnation text not null,
    created_at timestamptz not null default clock_timestamp(),
    rebuilt_at timestamptz,
    unique (cluster_id, incarnation)
);
comment on table tuesday.log is 'Every Kafka log this database ever consumed; offsets mean something only within one.';
comment on column tuesday.log.rebuilt_at is 'when a log that began empty got what PostgreSQL knew (at once if it knew nothing); until then workers wait';

create table tuesday.lane (
    id int generated always as identity primary key,
    log_id int references tuesday.log,
    consumer_group text not null,
    topic text not null default '',
    partition int not null default -1,
    next_offset bigint not null default 0,
    last_ce_id text,
    epoch bigint not null default 0,
    owner text,
    claims_since_progress int not null default 0,
    lane_seq bigint not null default 0,
    published_through bigint not null default 0,
    lease_until timestamptz not null default '-infinity',
    progressed_at timestamptz not null default clock_timestamp(),
    constraint published_is_not_ahead check (published_through <= lane_seq),
    constraint consuming_lane_has_a_log check ((partition >= 0) = (log_id is not null))
) with (fillfactor = 50);
create unique index lane_by_partition on tuesday.lane (log_id, consumer_group, topic, partition) where partition >= 0;
create index lane_of_pool on tuesday.lane (consumer_group, id) where partition < 0;
comment on table tuesday.lane is
    'A transaction locks exactly one lane, first. Consuming lanes have a partition; the others are a pool that HTTP, timers and tools borrow from.';
comment on column tuesday.lane.epoch is 'raised by every claim; a writer with another epoch is fenced';
comment on column tuesday.lane.lane_seq is 'number of the last message that left through this lane';
comment on column tuesday.lane.published_through is 'messages up to here have their delivery report';

create table tuesday.notification (
    lane_id int not null,
    lane_seq bigint not null,
    at timestamptz not null,
    request_id uuid,
    county_id int not null,
    recipient text not null,
    template text not null,
    body text not null,
    primary key (lane_id, lane_seq)
);
create index notification_by_request on tuesday.notification (request_id);
comment on table tuesday.notification is 'Whom to tell what: ids, template and variables; never a resident''s name or phone.';

create table tuesday.dead_letter (
    lane_id int not null,
    lane_seq bigint not null,
    at timestamptz not null,
    first_seen_at timestamptz not null,
    source_offset bigint not null,
    source_partition int not null,
    attempts int not null,
    source_topic text not null,
    consumer_group text not null,
    reason text not null,
    detail text not null,
    request_id uuid,
    key bytea,
    value bytea,
    headers text not null default '[]',
    state text not null default 'open',
    primary key (lane_id, lane_seq),
    constraint dead_letter_state_is_known check (state in ('open', 'replayed', 'discarded'))
);
comment on table tuesday.dead_letter is
    'Records that could not be handled: original bytes, where they stood, and why.';
create index dead_letter_open on tuesday.dead_letter (at) where state = 'open';

create table tuesday.parked (
    consumer_group text not null,
    request_id uuid not null,
    since timestamptz not null default clock_timestamp(),
    primary key (consumer_group, request_id)
);
comment on table tuesday.parked is 'Requests one of whose records became a dead letter: the group leaves their later events until it is replayed.';

create table tuesday.refusal (
    lane_id int not null,
    source_offset bigint not null,
    at timestamptz not null,
    source_partition int not null,
    channel text not null,
    source_id text,
    code text not null,
    detail text not null,
    primary key (lane_id, source_offset)
);
comment on table tuesday.refusal is 'Submissions from the topic that broke a rule, and which; one row each.';

grant select on tuesday.log, tuesday.lane, tuesday.notification, tuesday.dead_letter, tuesday.parked, tuesday.refusal
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant insert on tuesday.log, tuesday.notification, tuesday.dead_letter, tuesday.refusal
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant update on tuesday.log to tuesday_operator;
grant insert, update on tuesday.lane to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant insert, delete on tuesday.parked to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant update on tuesday.dead_letter to tuesday_operator;
