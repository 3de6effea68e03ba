-- Why: roles belong to the whole server, so they cannot be part of a numbered migration of one database. This file is
-- run before the migrations, each time there is something to migrate, as the user who connected; it changes only what
-- is not so yet, so a user without "createrole" can migrate once somebody else has made the roles.
do $$
declare
    wanted text;
begin
    foreach wanted in array array['tuesday_owner', 'tuesday_intake', 'tuesday_router', 'tuesday_followup',
                                  'tuesday_stats', 'tuesday_operator', 'tuesday_analyst']
    loop
        continue when exists (select from pg_roles r where r.rolname = wanted);
        begin
            execute format('create role %I %s', wanted, case wanted when 'tuesday_owner' then 'nologin' else 'login' end);
        exception when duplicate_object or unique_violation then
            null; -- a migration of another database on this server made it first
        end;
    end loop;
end
$$;

do $$
begin
    if not exists (
        select from pg_roles r
        where r.rolname = 'tuesday_analyst'
            and r.rolconfig @> array['default_transaction_read_only=on', 'statement_timeout=60s'])
    then
        alter role tuesday_analyst set default_transaction_read_only = on;
        alter role tuesday_analyst set statement_timeout = '60s';
    end if;
exception when internal_error then
    if sqlerrm not like '%tuple concurrently updated%' then
        raise;
    end if; -- a migration of another database on this server is setting the same
end
$$;

-- The user who connected acts as the owner, the owner may make the schemas, and everybody may read what was migrated.
do $$
begin
    if not pg_has_role(current_user, 'tuesday_owner', 'member') then
        execute format('grant tuesday_owner to %I', current_user);
    end if;
    if not has_database_privilege('tuesday_owner', current_database(), 'create') then
        execute format('grant create on database %I to tuesday_owner', current_database());
    end if;
end
$$;

do $$
begin
    if to_regclass('public.tuesday_migration') is not null then
        return;
    end if;
    create table public.tuesday_migration (
        number int primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default clock_timestamp()
    );
    comment on table public.tuesday_migration is
        'Which migrations this database has, with the SHA-256 of each file. Number 0 stands for all report views together.';
    grant select on public.tuesday_migration to public;
    grant insert, update on public.tuesday_migration to tuesday_owner;
end
$$;
