-- Why: requests and what happened to them. Expected rows: millions (event: several per request). Lock held: none.
-- No foreign keys here on purpose: the transaction that decides checks against the register, `tuesday verify` proves.
-- Fillfactor 50 on rows that are updated keeps updates on the page, without touching any index.

create table tuesday.request (
    id uuid primary key,
    accepted_at timestamptz not null,
    submitted_at timestamptz not null,
    assigned_at timestamptz,
    acknowledged_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    county_id int not null,
    town_id int not null,
    village_id int not null,
    service_id int not null,
    owner_id int,
    last_seq int not null,
    assignment int not null default 0,
    timer_epoch int not null default 0,
    state smallint not null,
    waiting_reason smallint,
    priority smallint not null,
    rating smallint,
    constraint waiting_has_a_reason check ((state = 1) = (waiting_reason is not null)),
    constraint owned_has_an_owner check ((state in (2, 3, 4)) = (owner_id is not null)),
    constraint resolved_has_resolved_at check (state not in (5, 6) or resolved_at is not null),
    constraint state_is_known check (state between 1 and 7),
    constraint rating_is_one_to_five check (rating between 1 and 5)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);
comment on table tuesday.request is
    'Each request as it stands now; what happened to it is in tuesday.event.';
create index request_by_village on tuesday.request (village_id, id);
comment on column tuesday.request.state is
    '1 waiting, 2 assigned, 3 acknowledged, 4 started, 5 resolved, 6 confirmed, 7 withdrawn';
comment on column tuesday.request.last_seq is 'number of the last event; raised only by the transaction that adds events';
comment on column tuesday.request.timer_epoch is 'raised by a reopening; deadlines of an earlier epoch are void';

create table personal.submission (
    request_id uuid primary key,
    county_id int not null,
    channel text not null,
    source_id text,
    name text,
    phone text,
    email text,
    account text,
    subject text not null,
    description text not null,
    address text,
    attributes text
);
comment on table personal.submission is 'What the resident sent, as sent; written once.';

create table personal.access (
    at timestamptz not null default clock_timestamp(),
    reader text not null default session_user,
    request_id uuid not null,
    purpose text not null
);
create index access_by_request on personal.access (request_id);
comment on table personal.access is 'Who read a resident''s name or phone in the clear, when and what for.';

create table tuesday.event (
    request_id uuid not null,
    lane_seq bigint not null,
    at timestamptz not null,
    lane_id int not null,
    county_id int not null,
    seq int not null,
    type smallint not null,
    body text not null,
    primary key (request_id, seq),
    constraint seq_starts_at_one check (seq >= 1)
);
create unique index event_by_lane on tuesday.event (lane_id, lane_seq);
comment on table tuesday.event is 'Append-only. body is the published record''s value, byte for byte.';

create table tuesday.idempotency_key (
    key uuid primary key,
    body_hash uuid not null,
    request_id uuid not null,
    county_id int not null
);
comment on table tuesday.idempotency_key is
    'What was accepted under a key: the first 128 bits of SHA-256 over the channel and the client''s key or source id.';

create table tuesday.assignment (
    request_id uuid not null,
    assigned_at timestamptz not null,
    ended_at timestamptz,
    register_version bigint not null,
    number int not null,
    county_id int not null,
    cadre_id int not null,
    policy_version smallint not null,
    rung smallint not null,
    ended_because smallint,
    grounds text not null,
    primary key (request_id, number),
    constraint ended_has_a_cause check ((ended_at is null) = (ended_because is null))
) with (fillfactor = 70);
comment on table tuesday.assignment is
    'Who was given a request, when, on which rung, and what ended it.';
create index assignment_open_by_cadre on tuesday.assignment (cadre_id, request_id) where ended_at is null;
comment on column tuesday.assignment.grounds is
    'What rebuilds the explanation: finalists [cadre, level, open, capacity] and cadres at capacity, as JSON.';
comment on column tuesday.assignment.ended_because is 'the event type that ended it';

create table tuesday.waiting (
    request_id uuid primary key,
    since timestamptz not null,
    retry_at timestamptz not null,
    decided_at timestamptz not null,
    register_version bigint not null,
    county_id int not null,
    village_id int not null,
    service_id int not null,
    attempts int not null,
    reason smallint not null,
    priority smallint not null
) with (fillfactor = 70);
create index waiting_by_retry on tuesday.waiting (retry_at);
create index waiting_by_version on tuesday.waiting (county_id, register_version, request_id);
create index waiting_by_service on tuesday.waiting (county_id, service_id, priority, request_id);
comment on table tuesday.waiting is 'Requests the router could not place, with what may wake them.';

create table tuesday.deadline (
    request_id uuid not null,
    remind_at timestamptz not null,
    due_at timestamptz not null,
    escalate_at timestamptz not null,
    next_at timestamptz,
    reminded_at timestamptz,
    breached_at timestamptz,
    escalated_at timestamptz,
    met_at timestamptz,
    epoch int not null,
    county_id int not null,
    kind smallint not null,
    stage smallint not null default 0,
    primary key (request_id, kind, epoch)
) with (fillfactor = 70);
comment on table tuesday.deadline is
    'Promises of each request, what fires next and what became of them.';
create index deadline_by_next on tuesday.deadline (next_at) where next_at is not null;
comment on column tuesday.deadline.kind is '1 acknowledge (epoch: number of the assignment), 2 resolve (epoch: timer epoch)';
comment on column tuesday.deadline.stage is 'what fires next: 0 reminder, 1 breach, 2 escalation, 3 nothing';
comment on column tuesday.deadline.next_at is 'when the stage fires; null once nothing will';

create table tuesday.feedback (
    request_id uuid primary key,
    at timestamptz not null,
    county_id int not null,
    cadre_id int,
    rating smallint not null,
    constraint feedback_is_one_to_five check (rating between 1 and 5)
);
comment on table tuesday.feedback is
    'The residents rating of a request, with the cadre it is about.';

grant select on tuesday.request, tuesday.event, tuesday.assignment, tuesday.waiting, tuesday.deadline, tuesday.feedback
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant select, insert on tuesday.idempotency_key to tuesday_intake, tuesday_operator;
grant insert on tuesday.event to tuesday_intake, tuesday_router, tuesday_followup, tuesday_operator;
grant insert, update on tuesday.request to tuesday_intake, tuesday_operator;
grant update on tuesday.request to tuesday_router, tuesday_followup;
grant insert, update on tuesday.assignment to tuesday_router;
grant update on tuesday.assignment to tuesday_intake, tuesday_followup, tuesday_operator;
grant insert, update, delete on tuesday.waiting to tuesday_router;
grant delete on tuesday.waiting to tuesday_intake, tuesday_followup, tuesday_operator;
grant insert, update on tuesday.deadline to tuesday_followup, tuesday_operator;
grant insert on tuesday.feedback to tuesday_intake, tuesday_operator;
grant select, insert on personal.submission to tuesday_intake, tuesday_operator;
grant insert on personal.access to tuesday_intake, tuesday_operator;
