-- Why: PostgreSQL plans the body of a function in SQL anew for each statement that calls it, which cost the tenth of a small
-- transaction. In PL/pgSQL it is planned once a session. Expected rows: none. Lock held: none that anybody waits for.

create or replace function clock.now() returns timestamptz
    language plpgsql parallel safe
as $$
begin
    return coalesce(
        (select v.now_at + (clock_timestamp() - v.set_at) * v.rate from clock.virtual v),
        clock_timestamp());
end
$$;
