-- Why: everything is owned by tuesday_owner, who runs this file, and granted to one role per worker, so that a
-- worker can do its own work and nothing else. The roles belong to the whole server, not to this database, and are
-- made by roles.sql beforehand. Expected rows: none. Lock held: none that anybody waits for.
create schema register;
comment on schema register is 'Who serves whom with what: kept by version, changed by imports.';
create schema tuesday;
comment on schema tuesday is 'Requests, what happened to them, and the lanes that carry the work.';
create schema personal;
comment on schema personal is 'What residents said of themselves: names, phones, free text. Analysts have no access.';
create schema report;
comment on schema report is 'Views for analysts, without personal data. 分析视图，不含个人信息。';
create schema clock;
comment on schema clock is 'What time it is.';

create table clock.virtual (
    is_the_one boolean primary key default true,
    now_at timestamptz not null,
    set_at timestamptz not null,
    rate double precision not null,
    constraint there_is_one_clock check (is_the_one),
    constraint clock_never_runs_backwards check (rate >= 0)
);
comment on table clock.virtual is
    'At most one row: a demonstration''s clock, which showed now_at at the real instant set_at and runs rate times as fast.';

create function clock.now() returns timestamptz
language sql volatile parallel safe
as $$
    select coalesce(
        (select v.now_at + (clock_timestamp() - v.set_at) * v.rate from clock.virtual v),
        clock_timestamp())
$$;
comment on function clock.now() is 'The database''s clock, unless a demonstration or replay set a virtual one.';

grant usage on schema register, tuesday, clock
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant usage on schema personal to tuesday_intake, tuesday_operator;
grant usage on schema report, clock to tuesday_analyst;
grant usage on schema report to tuesday_intake, tuesday_stats, tuesday_operator;
grant select on clock.virtual
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator, tuesday_analyst;
grant insert, update, delete on clock.virtual to tuesday_operator;
alter default privileges in schema report grant select on tables to tuesday_analyst, tuesday_stats, tuesday_operator, tuesday_intake;
