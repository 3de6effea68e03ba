-- Why: a lane that was put back reads again what it refused before, and where a topic was made anew other records stand at
-- the same offsets. Under the old key either became a dead letter. Expected rows: one for some hundred submissions from the
-- topic. Lock held: exclusively on the table while the index is built, seconds for millions of rows.

alter table tuesday.refusal drop constraint refusal_pkey;
alter table tuesday.refusal
    add constraint a_submission_is_refused_once unique nulls not distinct (lane_id, source_offset, channel, source_id);
