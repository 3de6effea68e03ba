-- Why: operators replay and discard dead letters, and events leave once more for groups that had left them out or lost
-- them with a topic. Expected rows: repetitions one per request that is repaired, dead letters as they come. Lock held:
-- exclusive on tuesday.dead_letter, tuesday.parked and personal.access for the moment of a catalogue change; the index is
-- built over the open dead letters only.

create table tuesday.repetition (
    lane_id int not null,
    lane_seq bigint not null,
    at timestamptz not null,
    request_id uuid not null,
    event_count int not null,
    because text not null,
    primary key (lane_id, lane_seq),
    constraint something_is_repeated check (event_count >= 1)
);
comment on table tuesday.repetition is
    'Requests whose events leave once more through a lane, so that groups which left them out or lost them act on them.';
comment on column tuesday.repetition.lane_seq is
    'number of the last of them; the others have the numbers before it, without gaps, in order of seq';
comment on column tuesday.repetition.event_count is 'events 1 to this leave';
comment on column tuesday.repetition.because is 'what asked for it: a dead letter''s id, or the command';

alter table tuesday.dead_letter
    add column settled_at timestamptz,
    add column settled_by text,
    add column settled_because text,
    add column replay_count int not null default 0,
    add column replay_problem text;
update tuesday.dead_letter
set settled_at = clock_timestamp(), settled_by = session_user
where state <> 'open';
alter table tuesday.dead_letter
    add constraint settled_says_when_and_by_whom check (
        (state = 'open') = (settled_at is null) and (settled_at is null) = (settled_by is null));
comment on column tuesday.dead_letter.state is
    'open; replayed: its work was done after all; discarded: somebody decided that it is not to be done';
comment on column tuesday.dead_letter.settled_because is 'what a replay made of it, or why it was discarded';
comment on column tuesday.dead_letter.replay_count is 'replays that failed; each is an attempt more';
comment on column tuesday.dead_letter.replay_problem is 'why the last replay failed';
create index dead_letter_of_request on tuesday.dead_letter (request_id, consumer_group) where state = 'open';

alter table personal.access alter column request_id drop not null;
alter table personal.access add column dead_letter text;
alter table personal.access
    add constraint access_says_what_was_read check (request_id is not null or dead_letter is not null);
comment on column personal.access.dead_letter is
    'id of the dead letter whose value was read: a submission that became no request has no request''s id';

grant select on tuesday.repetition
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant insert on tuesday.repetition to tuesday_operator;
-- Parking a request again locks the row, so that it cannot be released meanwhile.
grant update (since) on tuesday.parked
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
