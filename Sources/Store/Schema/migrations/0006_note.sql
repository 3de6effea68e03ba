-- Why: what people said with a move, and answers recorded from outside, which are text and so belong to the personal
-- part. Expected rows: at most one per event, far fewer in practice. Lock held: none (new table).

create table personal.note (
    request_id uuid not null,
    seq int not null,
    county_id int not null,
    text text not null,
    primary key (request_id, seq)
);
comment on table personal.note is
    'What somebody said with a move, or answered outside: the reason of a decline, the reply of an imported resolution.';
comment on column personal.note.seq is 'number of the event the words came with';

grant select, insert on personal.note to tuesday_intake, tuesday_operator;
