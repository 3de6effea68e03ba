-- Why: a submission without a source id that was refused is known again by its place in the log. Where the topic was made
-- anew another record stands there, and the refusal of that one was taken for the first and left nothing. Its time tells
-- the two apart. Expected rows: none changed; what was refused before has no time, and is kept a second time if it is read
-- again. Lock held: exclusively on the table while the index is built, seconds for millions of rows.

alter table tuesday.refusal add column source_timestamp bigint;
comment on column tuesday.refusal.source_timestamp is
    'the record''s time in its log, in milliseconds since 1970; null for refusals of earlier releases';
alter table tuesday.refusal drop constraint a_submission_is_refused_once;
alter table tuesday.refusal add constraint a_submission_is_refused_once
    unique nulls not distinct (lane_id, source_offset, source_timestamp, channel, source_id);
