-- Why: where a topic was made anew while a worker read it, the last record that worker applied may be one of the new topic;
-- by one applied before, the lane knows. And a lane that is put back asks which of its records are dead letters already, of
-- however many. Expected rows: none changed; an entry of the index for each dead letter, which are few. Lock held: on lanes
-- for an instant; against writers of dead letters while the index is built, a second for a million.

alter table tuesday.lane
    add column anchor_offset bigint,
    add column anchor_ce_id text;
comment on column tuesday.lane.anchor_offset is 'where a record stands that was applied before; it is moved only after it was found there again';
comment on column tuesday.lane.anchor_ce_id is 'the identity of that record: another one at its place means that the topic was recreated';
comment on column tuesday.lane.claims_since_progress is
    'batches tried since the last one that succeeded, without those whose workers lived to see them fail; only the rest are deaths';
create index dead_letter_by_place on tuesday.dead_letter (lane_id, source_offset);
