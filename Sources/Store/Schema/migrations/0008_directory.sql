-- Why: what changes of the public's directory is written as rows of its own, in the transaction of the import that
-- changes it, and leaves through one lane, so that the compacted topic keeps of each cadre what was written last.
-- Expected rows: a thousand a county to begin with, then one for each cadre an import changes. Lock held: none that
-- anybody waits for (a new table, and one new row of tuesday.lane).

create table tuesday.directory_entry (
    lane_id int not null,
    lane_seq bigint not null,
    at timestamptz not null,
    register_version bigint not null,
    county_id int not null,
    cadre_id int not null,
    body text,
    primary key (lane_id, lane_seq),
    constraint cadre_has_one_entry_a_version unique (county_id, cadre_id, register_version)
);
comment on table tuesday.directory_entry is
    'What the public was told of each cadre, by register version. body is the published record''s value, byte for byte.';
comment on column tuesday.directory_entry.body is 'null: not active any more, the topic gets a record without a value';

-- The register's lane. Imports number their rows on it; whoever holds its lease publishes them, one after the other.
insert into tuesday.lane (consumer_group) values ('tuesday/register');

grant select on tuesday.directory_entry
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant insert on tuesday.directory_entry to tuesday_operator;
