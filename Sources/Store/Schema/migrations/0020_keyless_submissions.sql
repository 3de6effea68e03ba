-- Why: a submission from a topic that has no key of its own is known again by its record, of which the time is a part; a dead
-- letter that is replayed has to be known as the record it was. And whoever restores a database from a backup raises the
-- numbers that it hands out, and tells all hours once more. Expected rows: none changed; a key more for each such
-- submission. Lock held: exclusive on tuesday.dead_letter for the moment of a catalogue change.

alter table tuesday.dead_letter add column source_timestamp bigint;
comment on column tuesday.dead_letter.source_timestamp is
    'the record''s time in its log, in milliseconds since 1970; null for letters of earlier releases';
comment on table tuesday.idempotency_key is
    'What was accepted under a key: the first 128 bits of SHA-256 over the channel and the client''s key or source id; for a record of a topic that has neither over its ce_source and ce_id, or else its place and time, and its content.';

grant select, update on sequence tuesday.lane_id_seq, tuesday.log_id_seq to tuesday_operator;
grant insert on tuesday.changed_hour to tuesday_operator;
