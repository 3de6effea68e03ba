#!/usr/bin/env bash
# Makes the database and the login roles, and gives each role the password of its secret. The image runs it when the
# data directory is new; run again, it sets the passwords anew:
#   docker compose exec postgres bash /docker-entrypoint-initdb.d/10-roles.sh
#
# The migrator owns the database and acts as tuesday_owner, but may not create roles: that is done here, as superuser, by
# the same roles.sql that `tuesday migrate` runs.
set -euo pipefail

secrets=${SECRETS_DIRECTORY:-/run/secrets}
roles_sql=${ROLES_SQL:-/etc/tuesday/roles.sql}

# Statements come from standard input, so that no password stands in an argument.
query() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username=postgres --dbname="$1"; }

query postgres <<'SQL'
select 'create role tuesday_migrator login'
where not exists (select from pg_roles where rolname = 'tuesday_migrator')
\gexec
select 'create database tuesday owner tuesday_migrator'
where not exists (select from pg_database where datname = 'tuesday')
\gexec
SQL

query tuesday < "$roles_sql"

for role in migrator intake router followup stats operator analyst; do
    file=$secrets/tuesday_$role
    if ! [ -r "$file" ]; then
        echo "$file cannot be read; run deploy/postgres/make-secrets first" >&2
        exit 66
    fi
    query tuesday <<SQL
\set password \`sed -n 's/^password=//p' '$file'\`
set log_min_error_statement = 'panic';
alter role tuesday_$role password :'password';
SQL
done

query tuesday <<'SQL'
revoke connect, temporary on database tuesday from public;
grant connect on database tuesday
    to tuesday_intake, tuesday_router, tuesday_followup, tuesday_stats, tuesday_operator, tuesday_analyst;
grant tuesday_owner to tuesday_migrator;
SQL
