-- Why: the register of places, skills, services and cadres, kept by version so that a decision can be explained
-- years later from the version it saw. Expected rows: tens of thousands. Lock held: none (new tables).
--
-- Each table holds the present; register.history holds what was. A trigger on every table numbers the versions:
-- the first change of a transaction to a county's register takes the county's row (so versions are committed in
-- order) and raises its version by one; an update that changes nothing is dropped.

create table register.county (
    id int generated always as identity primary key,
    code text not null unique,
    name text not null,
    name_en text not null default '',
    utc_offset_minutes int not null default 480,
    version bigint not null default 0,
    version_xid xid8 not null default '0'::xid8,
    constraint offset_is_a_zone_on_earth check (utc_offset_minutes between -720 and 840)
);
comment on table register.county is
    'Counties served, each with its register version and the transaction that wrote it last.';

create table register.history (
    county_id int not null references register.county,
    entity text not null,
    entry_id int not null,
    from_version bigint not null,
    until_version bigint not null,
    entry jsonb not null,
    primary key (county_id, entity, entry_id, from_version),
    constraint versions_run_forwards check (from_version < until_version)
);
create index history_by_until on register.history (county_id, entity, until_version);
comment on table register.history is
    'Entries as they were from from_version up to, not including, until_version; entry is the whole row.';

create table register.town (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    code text not null,
    name text not null,
    name_en text not null default '',
    lead_cadre_id int,
    unique (county_id, code)
);
comment on table register.town is
    'Towns, with the cadre told about breaches and escalations.';

create table register.village (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    town_id int not null references register.town,
    code text not null,
    name text not null,
    name_en text not null default '',
    population int,
    unique (county_id, code)
);
comment on table register.village is
    'Villages; residents give the code as address.';
create index village_by_town on register.village (town_id);

create table register.service_centre (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    village_id int not null references register.village,
    address text not null default '',
    phone text not null default '',
    unique (village_id)
);
comment on table register.service_centre is
    'Where a village receives requests: at most one per village.';
create index service_centre_by_county on register.service_centre (county_id);

create table register.session (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    held_on date not null,
    opens_at time not null,
    closes_at time not null,
    unique (county_id, held_on),
    constraint session_opens_before_it_closes check (opens_at < closes_at)
);
comment on table register.session is 'Days (Tuesdays, as a rule) on which cadres receive requests in the service centres.';

create table register.calendar_year (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    year int not null,
    unique (county_id, year)
);
comment on table register.calendar_year is 'Years whose public holidays and make-up workdays have been loaded.';

create table register.calendar_day (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    day date not null,
    is_workday boolean not null,
    name text not null default '',
    unique (county_id, day)
);
comment on table register.calendar_day is 'Exceptions to Monday to Friday: public holidays and make-up workdays.';

create table register.skill (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    code text not null,
    name text not null,
    name_en text not null default '',
    tier smallint not null,
    unique (county_id, code),
    constraint tier_is_one_of_four check (tier between 1 and 4)
);
comment on table register.skill is
    'What cadres can be certified for.';
comment on column register.skill.tier is '1 resident-demanded, 2 job, 3 main industry, 4 self-chosen';

create table register.service (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    code text not null,
    name text not null,
    name_en text not null default '',
    category text not null default '',
    keywords text not null default '',
    skill_id int not null references register.skill,
    level smallint not null,
    acknowledge_minutes int not null,
    resolve_minutes int not null,
    priority smallint not null default 3,
    attributes json not null default '[]',
    unique (county_id, code),
    constraint level_is_one_to_five check (level between 1 and 5),
    constraint priority_is_one_to_five check (priority between 1 and 5),
    constraint targets_are_positive check (acknowledge_minutes > 0 and resolve_minutes >= acknowledge_minutes)
);
comment on table register.service is
    'What can be asked for, the skill it needs and the target it is promised in.';
create index service_by_skill on register.service (skill_id);
comment on column register.service.acknowledge_minutes is 'working minutes from assignment';
comment on column register.service.resolve_minutes is 'working minutes from acceptance';

create table register.agency (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    town_id int references register.town,
    code text not null,
    name text not null,
    name_en text not null default '',
    unique (county_id, code)
);
comment on table register.agency is
    'Offices of the county (no town) or of a town.';
create index agency_by_town on register.agency (town_id);

create table register.post (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    agency_id int not null references register.agency,
    code text not null,
    name text not null,
    name_en text not null default '',
    responsibilities text not null default '',
    unique (county_id, code)
);
comment on table register.post is
    'Posts and their published responsibilities.';
create index post_by_agency on register.post (agency_id);

create table register.cadre (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    post_id int not null references register.post,
    code text not null,
    name text not null,
    name_en text not null default '',
    office_phone text not null default '',
    capacity int not null,
    is_active boolean not null default true,
    unique (county_id, code),
    constraint capacity_is_not_negative check (capacity >= 0)
);
comment on table register.cadre is
    'Civil servants who serve residents. Their office telephone is published on purpose.';
create index cadre_by_post on register.cadre (post_id);

alter table register.town add constraint town_lead_is_a_cadre
    foreign key (lead_cadre_id) references register.cadre deferrable initially deferred;
create index town_by_lead on register.town (lead_cadre_id);

create table register.leave (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    cadre_id int not null references register.cadre,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    unique (cadre_id, begins_at),
    constraint leave_begins_before_it_ends check (begins_at < ends_at)
);
comment on table register.leave is
    'Times a cadre is away: from begins_at up to, not including, ends_at.';
create index leave_by_county on register.leave (county_id);

create table register.certificate (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    cadre_id int not null references register.cadre,
    skill_id int not null references register.skill,
    level smallint not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    unique (cadre_id, skill_id, issued_at),
    constraint certificate_level_is_one_to_five check (level between 1 and 5),
    constraint certificate_expires_after_issue check (issued_at < expires_at)
);
comment on table register.certificate is
    'Proof of a skill at a level: valid from issued_at up to, not including, expires_at, and never from revoked_at on.';
create index certificate_by_county on register.certificate (county_id);
create index certificate_by_skill on register.certificate (skill_id);

create table register.coverage (
    id int generated always as identity primary key,
    county_id int not null references register.county,
    from_version bigint not null default 0,
    cadre_id int not null references register.cadre,
    role smallint not null,
    village_id int references register.village,
    town_id int references register.town,
    unique nulls not distinct (cadre_id, role, village_id, town_id),
    constraint role_names_its_area check (
        (role in (1, 2) and village_id is not null and town_id is null)
        or (role = 3 and town_id is not null and village_id is null)
        or (role = 4 and village_id is null and town_id is null))
);
comment on table register.coverage is
    'Which area a cadre serves, and as what.';
create index coverage_by_county on register.coverage (county_id);
create index coverage_by_village on register.coverage (village_id);
create index coverage_by_town on register.coverage (town_id);
comment on column register.coverage.role is '1 resident, 2 assigned, 3 town, 4 county pool';

create function register.begin_version(for_county int) returns bigint
language sql
as $$
    update register.county
    set version = version + case when version_xid = pg_current_xact_id() then 0 else 1 end,
        version_xid = pg_current_xact_id()
    where id = for_county
    returning version
$$;
comment on function register.begin_version(int) is
    'The version this transaction writes; the first call takes the county''s row, so versions commit in order.';

create function register.keep_version() returns trigger
language plpgsql
as $$
declare
    writing bigint;
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'from_version' = to_jsonb(old) - 'from_version' then
        return null;
    end if;
    select c.version into writing
    from register.county c
    where c.id = coalesce(new.county_id, old.county_id) and c.version_xid = pg_current_xact_id();
    if writing is null then
        writing := register.begin_version(coalesce(new.county_id, old.county_id));
    end if;
    if tg_op <> 'INSERT' and old.from_version < writing then
        insert into register.history (county_id, entity, entry_id, from_version, until_version, entry)
        values (old.county_id, tg_table_name, old.id, old.from_version, writing, to_jsonb(old));
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    new.from_version := writing;
    return new;
end
$$;

do $$
declare
    entity text;
begin
    foreach entity in array array['town', 'village', 'service_centre', 'session', 'calendar_year', 'calendar_day',
                                  'skill', 'service', 'agency', 'post', 'cadre', 'leave', 'certificate', 'coverage']
    loop
        execute format(
            'create trigger keep_version before insert or update or delete on register.%I
             for each row execute function register.keep_version()', entity);
        execute format('create index %I on register.%I (county_id, from_version)', entity || '_by_version', entity);
        execute format('comment on column register.%I.from_version is ''register version that wrote this row''', entity);
    end loop;
end
$$;

create table register.cadre_load (
    cadre_id int primary key references register.cadre,
    county_id int not null,
    open int not null default 0,
    capacity int not null,
    constraint open_is_within_reach check (open >= 0)
) with (fillfactor = 50);
comment on table register.cadre_load is
    'How many requests a cadre owns now. Narrow and locked last: routers reserve here, guarded by open + n <= capacity.';

create function register.follow_capacity() returns trigger
language plpgsql
as $$
begin
    insert into register.cadre_load (cadre_id, county_id, open, capacity)
    values (new.id, new.county_id, 0, new.capacity)
    on conflict (cadre_id) do update set capacity = excluded.capacity
    where cadre_load.capacity <> excluded.capacity;
    return null;
end
$$;
create trigger follow_capacity after insert or update of capacity on register.cadre
    for each row execute function register.follow_capacity();

grant select on all tables in schema register
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator;
grant insert, update, delete on all tables in schema register to tuesday_operator;
grant update on register.cadre_load to tuesday_router, tuesday_followup, tuesday_intake;
