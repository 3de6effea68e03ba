-- What the migrations and views make, as pg_dump tells it. Written by a test; not run by anybody.

CREATE SCHEMA clock;

COMMENT ON SCHEMA clock IS 'What time it is.';

CREATE SCHEMA personal;

COMMENT ON SCHEMA personal IS 'What residents said of themselves: names, phones, free text. Analysts have no access.';

CREATE SCHEMA register;

COMMENT ON SCHEMA register IS 'Who serves whom with what: kept by version, changed by imports.';

CREATE SCHEMA report;

COMMENT ON SCHEMA report IS 'Views for analysts, without personal data. 分析视图，不含个人信息。';

CREATE SCHEMA tuesday;

COMMENT ON SCHEMA tuesday IS 'Requests, what happened to them, and the lanes that carry the work.';

CREATE FUNCTION clock.now() RETURNS timestamp with time zone
    LANGUAGE plpgsql PARALLEL SAFE
    AS $$
begin
    return coalesce(
        (select v.now_at + (clock_timestamp() - v.set_at) * v.rate from clock.virtual v),
        clock_timestamp());
end
$$;

COMMENT ON FUNCTION clock.now() IS 'The database''s clock, unless a demonstration or replay set a virtual one.';

CREATE FUNCTION register.begin_version(for_county integer) RETURNS bigint
    LANGUAGE sql
    AS $$
    update register.county
    set version = version + case when version_xid = pg_current_xact_id() then 0 else 1 end,
        version_xid = pg_current_xact_id()
    where id = for_county
    returning version
$$;

COMMENT ON FUNCTION register.begin_version(for_county integer) IS 'The version this transaction writes; the first call takes the county''s row, so versions commit in order.';

CREATE FUNCTION register.follow_capacity() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into register.cadre_load (cadre_id, county_id, open, capacity)
    values (new.id, new.county_id, 0, new.capacity)
    on conflict (cadre_id) do update set capacity = excluded.capacity
    where cadre_load.capacity <> excluded.capacity;
    return null;
end
$$;

CREATE FUNCTION register.keep_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE clock.virtual (
    is_the_one boolean DEFAULT true NOT NULL,
    now_at timestamp with time zone NOT NULL,
    set_at timestamp with time zone NOT NULL,
    rate double precision NOT NULL,
    CONSTRAINT clock_never_runs_backwards CHECK ((rate >= (0)::double precision)),
    CONSTRAINT there_is_one_clock CHECK (is_the_one)
);

COMMENT ON TABLE clock.virtual IS 'At most one row: a demonstration''s clock, which showed now_at at the real instant set_at and runs rate times as fast.';

CREATE TABLE personal.access (
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    reader text DEFAULT SESSION_USER NOT NULL,
    request_id uuid,
    purpose text NOT NULL,
    dead_letter text,
    CONSTRAINT access_says_what_was_read CHECK (((request_id IS NOT NULL) OR (dead_letter IS NOT NULL)))
);

COMMENT ON TABLE personal.access IS 'Who read a resident''s name or phone in the clear, when and what for.';

COMMENT ON COLUMN personal.access.dead_letter IS 'id of the dead letter whose value was read: a submission that became no request has no request''s id';

CREATE TABLE personal.note (
    request_id uuid NOT NULL,
    seq integer NOT NULL,
    county_id integer NOT NULL,
    text text NOT NULL
);

COMMENT ON TABLE personal.note IS 'What somebody said with a move, or answered outside: the reason of a decline, the reply of an imported resolution.';

COMMENT ON COLUMN personal.note.seq IS 'number of the event the words came with';

CREATE TABLE personal.submission (
    request_id uuid NOT NULL,
    county_id integer NOT NULL,
    channel text NOT NULL,
    source_id text,
    name text,
    phone text,
    email text,
    account text,
    subject text NOT NULL,
    description text NOT NULL,
    address text,
    attributes text
);
ALTER TABLE ONLY personal.submission ALTER COLUMN subject SET STATISTICS 0;
ALTER TABLE ONLY personal.submission ALTER COLUMN description SET STATISTICS 0;
ALTER TABLE ONLY personal.submission ALTER COLUMN address SET STATISTICS 0;
ALTER TABLE ONLY personal.submission ALTER COLUMN attributes SET STATISTICS 0;

COMMENT ON TABLE personal.submission IS 'What the resident sent, as sent; written once.';

CREATE TABLE public.tuesday_migration (
    number integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE public.tuesday_migration IS 'Which migrations this database has, with the SHA-256 of each file. Number 0 stands for all report views together.';

CREATE TABLE register.agency (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    town_id integer,
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL
);

COMMENT ON TABLE register.agency IS 'Offices of the county (no town) or of a town.';

COMMENT ON COLUMN register.agency.from_version IS 'register version that wrote this row';

ALTER TABLE register.agency ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.agency_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.cadre (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    post_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    office_phone text DEFAULT ''::text NOT NULL,
    capacity integer NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    CONSTRAINT capacity_is_not_negative CHECK ((capacity >= 0))
);

COMMENT ON TABLE register.cadre IS 'Civil servants who serve residents. Their office telephone is published on purpose.';

COMMENT ON COLUMN register.cadre.from_version IS 'register version that wrote this row';

ALTER TABLE register.cadre ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.cadre_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.cadre_load (
    cadre_id integer NOT NULL,
    county_id integer NOT NULL,
    open integer DEFAULT 0 NOT NULL,
    capacity integer NOT NULL,
    CONSTRAINT open_is_within_reach CHECK ((open >= 0))
)
WITH (fillfactor='50');

COMMENT ON TABLE register.cadre_load IS 'How many requests a cadre owns now. Narrow and locked last: routers reserve here, guarded by open + n <= capacity.';

CREATE TABLE register.calendar_day (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    day date NOT NULL,
    is_workday boolean NOT NULL,
    name text DEFAULT ''::text NOT NULL
);

COMMENT ON TABLE register.calendar_day IS 'Exceptions to Monday to Friday: public holidays and make-up workdays.';

COMMENT ON COLUMN register.calendar_day.from_version IS 'register version that wrote this row';

ALTER TABLE register.calendar_day ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.calendar_day_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.calendar_year (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    year integer NOT NULL
);

COMMENT ON TABLE register.calendar_year IS 'Years whose public holidays and make-up workdays have been loaded.';

COMMENT ON COLUMN register.calendar_year.from_version IS 'register version that wrote this row';

ALTER TABLE register.calendar_year ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.calendar_year_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.certificate (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    cadre_id integer NOT NULL,
    skill_id integer NOT NULL,
    level smallint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT certificate_expires_after_issue CHECK ((issued_at < expires_at)),
    CONSTRAINT certificate_level_is_one_to_five CHECK (((level >= 1) AND (level <= 5)))
);

COMMENT ON TABLE register.certificate IS 'Proof of a skill at a level: valid from issued_at up to, not including, expires_at, and never from revoked_at on.';

COMMENT ON COLUMN register.certificate.from_version IS 'register version that wrote this row';

ALTER TABLE register.certificate ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.county (
    id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    utc_offset_minutes integer DEFAULT 480 NOT NULL,
    version bigint DEFAULT 0 NOT NULL,
    version_xid xid8 DEFAULT '0'::xid8 NOT NULL,
    CONSTRAINT offset_is_a_zone_on_earth CHECK (((utc_offset_minutes >= '-720'::integer) AND (utc_offset_minutes <= 840)))
);

COMMENT ON TABLE register.county IS 'Counties served, each with its register version and the transaction that wrote it last.';

ALTER TABLE register.county ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.county_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.coverage (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    cadre_id integer NOT NULL,
    role smallint NOT NULL,
    village_id integer,
    town_id integer,
    CONSTRAINT role_names_its_area CHECK ((((role = ANY (ARRAY[1, 2])) AND (village_id IS NOT NULL) AND (town_id IS NULL)) OR ((role = 3) AND (town_id IS NOT NULL) AND (village_id IS NULL)) OR ((role = 4) AND (village_id IS NULL) AND (town_id IS NULL))))
);

COMMENT ON TABLE register.coverage IS 'Which area a cadre serves, and as what.';

COMMENT ON COLUMN register.coverage.from_version IS 'register version that wrote this row';

COMMENT ON COLUMN register.coverage.role IS '1 resident, 2 assigned, 3 town, 4 county pool';

ALTER TABLE register.coverage ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.coverage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.history (
    county_id integer NOT NULL,
    entity text NOT NULL,
    entry_id integer NOT NULL,
    from_version bigint NOT NULL,
    until_version bigint NOT NULL,
    entry jsonb NOT NULL,
    CONSTRAINT versions_run_forwards CHECK ((from_version < until_version))
);

COMMENT ON TABLE register.history IS 'Entries as they were from from_version up to, not including, until_version; entry is the whole row.';

CREATE TABLE register.leave (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    cadre_id integer NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT leave_begins_before_it_ends CHECK ((begins_at < ends_at))
);

COMMENT ON TABLE register.leave IS 'Times a cadre is away: from begins_at up to, not including, ends_at.';

COMMENT ON COLUMN register.leave.from_version IS 'register version that wrote this row';

ALTER TABLE register.leave ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.leave_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.post (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    agency_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    responsibilities text DEFAULT ''::text NOT NULL
);

COMMENT ON TABLE register.post IS 'Posts and their published responsibilities.';

COMMENT ON COLUMN register.post.from_version IS 'register version that wrote this row';

ALTER TABLE register.post ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.post_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.service (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    category text DEFAULT ''::text NOT NULL,
    keywords text DEFAULT ''::text NOT NULL,
    skill_id integer NOT NULL,
    level smallint NOT NULL,
    acknowledge_minutes integer NOT NULL,
    resolve_minutes integer NOT NULL,
    priority smallint DEFAULT 3 NOT NULL,
    attributes json DEFAULT '[]'::json NOT NULL,
    CONSTRAINT level_is_one_to_five CHECK (((level >= 1) AND (level <= 5))),
    CONSTRAINT priority_is_one_to_five CHECK (((priority >= 1) AND (priority <= 5))),
    CONSTRAINT targets_are_positive CHECK (((acknowledge_minutes > 0) AND (resolve_minutes >= acknowledge_minutes)))
);

COMMENT ON TABLE register.service IS 'What can be asked for, the skill it needs and the target it is promised in.';

COMMENT ON COLUMN register.service.from_version IS 'register version that wrote this row';

COMMENT ON COLUMN register.service.acknowledge_minutes IS 'working minutes from assignment';

COMMENT ON COLUMN register.service.resolve_minutes IS 'working minutes from acceptance';

COMMENT ON COLUMN register.service.attributes IS 'What a request for the service is asked besides, in order: [{"code", "datatype", "required", "description", "description_en", "values": [{"key", "name", "name_en"}]}]';

CREATE TABLE register.service_centre (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    village_id integer NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL
);

COMMENT ON TABLE register.service_centre IS 'Where a village receives requests: at most one per village.';

COMMENT ON COLUMN register.service_centre.from_version IS 'register version that wrote this row';

ALTER TABLE register.service_centre ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.service_centre_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE register.service ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.service_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.session (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    held_on date NOT NULL,
    opens_at time without time zone NOT NULL,
    closes_at time without time zone NOT NULL,
    CONSTRAINT session_opens_before_it_closes CHECK ((opens_at < closes_at))
);

COMMENT ON TABLE register.session IS 'Days (Tuesdays, as a rule) on which cadres receive requests in the service centres.';

COMMENT ON COLUMN register.session.from_version IS 'register version that wrote this row';

ALTER TABLE register.session ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.skill (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    tier smallint NOT NULL,
    CONSTRAINT tier_is_one_of_four CHECK (((tier >= 1) AND (tier <= 4)))
);

COMMENT ON TABLE register.skill IS 'What cadres can be certified for.';

COMMENT ON COLUMN register.skill.from_version IS 'register version that wrote this row';

COMMENT ON COLUMN register.skill.tier IS '1 resident-demanded, 2 job, 3 main industry, 4 self-chosen';

ALTER TABLE register.skill ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.skill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.town (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    lead_cadre_id integer
);

COMMENT ON TABLE register.town IS 'Towns, with the cadre told about breaches and escalations.';

COMMENT ON COLUMN register.town.from_version IS 'register version that wrote this row';

ALTER TABLE register.town ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.town_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE register.village (
    id integer NOT NULL,
    county_id integer NOT NULL,
    from_version bigint DEFAULT 0 NOT NULL,
    town_id integer NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    name_en text DEFAULT ''::text NOT NULL,
    population integer
);

COMMENT ON TABLE register.village IS 'Villages; residents give the code as address.';

COMMENT ON COLUMN register.village.from_version IS 'register version that wrote this row';

ALTER TABLE register.village ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME register.village_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE tuesday.assignment (
    request_id uuid NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    register_version bigint NOT NULL,
    number integer NOT NULL,
    county_id integer NOT NULL,
    cadre_id integer NOT NULL,
    policy_version smallint NOT NULL,
    rung smallint NOT NULL,
    ended_because smallint,
    grounds text NOT NULL,
    CONSTRAINT ended_has_a_cause CHECK (((ended_at IS NULL) = (ended_because IS NULL)))
)
WITH (fillfactor='70');
ALTER TABLE ONLY tuesday.assignment ALTER COLUMN grounds SET STATISTICS 0;

COMMENT ON TABLE tuesday.assignment IS 'Who was given a request, when, on which rung, and what ended it.';

COMMENT ON COLUMN tuesday.assignment.ended_because IS 'the event type that ended it';

COMMENT ON COLUMN tuesday.assignment.grounds IS 'What rebuilds the explanation, as JSON: f finalists [cadre, level, open, capacity], c cadres at capacity, m how many more of these are not named.';

CREATE VIEW report.assignment AS
 SELECT s.request_id,
    c.code AS county,
    s.number,
    d.code AS cadre,
    (ARRAY['village'::text, 'town'::text, 'county_pool'::text])[s.rung] AS rung,
    s.assigned_at,
    s.ended_at,
    s.register_version,
    s.policy_version
   FROM ((tuesday.assignment s
     JOIN register.county c ON ((c.id = s.county_id)))
     JOIN register.cadre d ON ((d.id = s.cadre_id)));

COMMENT ON VIEW report.assignment IS 'Who was given which request, when, on which rung of the ladder. 派单记录';

COMMENT ON COLUMN report.assignment.request_id IS 'request 请求编号';

COMMENT ON COLUMN report.assignment.county IS 'county code 县编码';

COMMENT ON COLUMN report.assignment.number IS '1 for the first assignment of the request 第几次派单';

COMMENT ON COLUMN report.assignment.cadre IS 'cadre code 干部编码';

COMMENT ON COLUMN report.assignment.rung IS 'village, town or county_pool: how far the search went 派单层级';

COMMENT ON COLUMN report.assignment.assigned_at IS 'when it was assigned 派单时间';

COMMENT ON COLUMN report.assignment.ended_at IS 'when the assignment ended; null while it stands 结束时间';

COMMENT ON COLUMN report.assignment.register_version IS 'register version the decision saw 名册版本';

COMMENT ON COLUMN report.assignment.policy_version IS 'routing policy the decision followed 派单规则版本';

CREATE VIEW report.cadre AS
 SELECT c.code AS county,
    d.code AS cadre,
    d.name,
    p.name AS post,
    l.open AS open_count,
    l.capacity,
    d.is_active
   FROM (((register.cadre d
     JOIN register.county c ON ((c.id = d.county_id)))
     JOIN register.post p ON ((p.id = d.post_id)))
     JOIN register.cadre_load l ON ((l.cadre_id = d.id)));

COMMENT ON VIEW report.cadre IS 'Cadres with how many requests each has open now. 干部在办件数';

COMMENT ON COLUMN report.cadre.county IS 'county code 县编码';

COMMENT ON COLUMN report.cadre.cadre IS 'cadre code 干部编码';

COMMENT ON COLUMN report.cadre.name IS 'cadre name 姓名';

COMMENT ON COLUMN report.cadre.post IS 'post name 岗位';

COMMENT ON COLUMN report.cadre.open_count IS 'requests open now 在办件数';

COMMENT ON COLUMN report.cadre.capacity IS 'requests the cadre may own at once 承办上限';

COMMENT ON COLUMN report.cadre.is_active IS 'false once the cadre has left 是否在岗';

CREATE TABLE tuesday.statistic_village_hour (
    hour timestamp with time zone NOT NULL,
    county_id integer NOT NULL,
    town_id integer NOT NULL,
    village_id integer NOT NULL,
    lane_id integer NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    assigned bigint DEFAULT 0 NOT NULL,
    reassigned bigint DEFAULT 0 NOT NULL,
    acknowledged bigint DEFAULT 0 NOT NULL,
    resolved bigint DEFAULT 0 NOT NULL,
    resolved_outside bigint DEFAULT 0 NOT NULL,
    declined bigint DEFAULT 0 NOT NULL,
    handed_over bigint DEFAULT 0 NOT NULL,
    confirmed bigint DEFAULT 0 NOT NULL,
    reopened bigint DEFAULT 0 NOT NULL,
    withdrawn bigint DEFAULT 0 NOT NULL,
    breached_acknowledge bigint DEFAULT 0 NOT NULL,
    breached_resolve bigint DEFAULT 0 NOT NULL,
    escalated bigint DEFAULT 0 NOT NULL,
    rated bigint DEFAULT 0 NOT NULL,
    rating_sum bigint DEFAULT 0 NOT NULL,
    seconds_to_assign bigint DEFAULT 0 NOT NULL,
    seconds_to_resolve bigint DEFAULT 0 NOT NULL,
    waiting_routing bigint DEFAULT 0 NOT NULL,
    waiting_nobody_certified bigint DEFAULT 0 NOT NULL,
    waiting_certificate_not_valid bigint DEFAULT 0 NOT NULL,
    waiting_everyone_on_leave bigint DEFAULT 0 NOT NULL,
    waiting_everyone_at_capacity bigint DEFAULT 0 NOT NULL,
    waiting_everyone_declined bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE tuesday.statistic_village_hour IS 'Figures per village and hour, one row per statistics lane.';

COMMENT ON COLUMN tuesday.statistic_village_hour.lane_id IS 'shard: each statistics lane adds to rows of its own';

CREATE VIEW report.county_day AS
 SELECT c.code AS county,
    ((s.hour AT TIME ZONE make_interval(mins => c.utc_offset_minutes)))::date AS day,
    (sum(s.received))::bigint AS received,
    (sum(s.assigned))::bigint AS assigned,
    (sum(s.reassigned))::bigint AS reassigned,
    (sum(s.acknowledged))::bigint AS acknowledged,
    (sum(s.resolved))::bigint AS resolved,
    (sum(s.resolved_outside))::bigint AS resolved_outside,
    (sum(s.declined))::bigint AS declined,
    (sum(s.handed_over))::bigint AS handed_over,
    (sum(s.confirmed))::bigint AS confirmed,
    (sum(s.reopened))::bigint AS reopened,
    (sum(s.withdrawn))::bigint AS withdrawn,
    (sum(s.breached_acknowledge))::bigint AS breached_acknowledge,
    (sum(s.breached_resolve))::bigint AS breached_resolve,
    (sum(s.escalated))::bigint AS escalated,
    (sum(s.rated))::bigint AS rated,
    (sum(s.rating_sum))::bigint AS rating_sum,
    (sum(s.seconds_to_assign))::bigint AS seconds_to_assign,
    (sum(s.seconds_to_resolve))::bigint AS seconds_to_resolve,
    (sum(s.waiting_routing))::bigint AS waiting_routing,
    (sum(s.waiting_nobody_certified))::bigint AS waiting_nobody_certified,
    (sum(s.waiting_certificate_not_valid))::bigint AS waiting_certificate_not_valid,
    (sum(s.waiting_everyone_on_leave))::bigint AS waiting_everyone_on_leave,
    (sum(s.waiting_everyone_at_capacity))::bigint AS waiting_everyone_at_capacity,
    (sum(s.waiting_everyone_declined))::bigint AS waiting_everyone_declined
   FROM (tuesday.statistic_village_hour s
     JOIN register.county c ON ((c.id = s.county_id)))
  GROUP BY c.code, (((s.hour AT TIME ZONE make_interval(mins => c.utc_offset_minutes)))::date);

COMMENT ON VIEW report.county_day IS 'Figures per county and local day. Source: events. 全县每日统计';

COMMENT ON COLUMN report.county_day.county IS 'county code 县编码';

COMMENT ON COLUMN report.county_day.day IS 'local day 当地日期';

COMMENT ON COLUMN report.county_day.received IS 'requests accepted 受理';

COMMENT ON COLUMN report.county_day.assigned IS 'first assignments 首次派单';

COMMENT ON COLUMN report.county_day.reassigned IS 'later assignments 再次派单';

COMMENT ON COLUMN report.county_day.acknowledged IS 'acknowledged by the owner 已签收';

COMMENT ON COLUMN report.county_day.resolved IS 'resolved 已办结';

COMMENT ON COLUMN report.county_day.resolved_outside IS 'of these, resolved outside Tuesday 其中系统外办结';

COMMENT ON COLUMN report.county_day.declined IS 'declined by the owner 退回';

COMMENT ON COLUMN report.county_day.handed_over IS 'taken from a silent owner 移交';

COMMENT ON COLUMN report.county_day.confirmed IS 'confirmed by the resident 居民确认';

COMMENT ON COLUMN report.county_day.reopened IS 'reopened by the resident 重新打开';

COMMENT ON COLUMN report.county_day.withdrawn IS 'withdrawn by the resident 撤回';

COMMENT ON COLUMN report.county_day.breached_acknowledge IS 'acknowledge deadlines missed 签收超时';

COMMENT ON COLUMN report.county_day.breached_resolve IS 'resolve deadlines missed 办结超时';

COMMENT ON COLUMN report.county_day.escalated IS 'escalated to the town lead 升级';

COMMENT ON COLUMN report.county_day.rated IS 'ratings given 评价数';

COMMENT ON COLUMN report.county_day.rating_sum IS 'sum of ratings, 1 to 5 评分之和';

COMMENT ON COLUMN report.county_day.seconds_to_assign IS 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';

COMMENT ON COLUMN report.county_day.seconds_to_resolve IS 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';

COMMENT ON COLUMN report.county_day.waiting_routing IS 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_day.waiting_nobody_certified IS 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_day.waiting_certificate_not_valid IS 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_day.waiting_everyone_on_leave IS 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_day.waiting_everyone_at_capacity IS 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_day.waiting_everyone_declined IS 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

CREATE VIEW report.county_hour AS
 SELECT c.code AS county,
    c.name AS county_name,
    s.hour,
    (sum(s.received))::bigint AS received,
    (sum(s.assigned))::bigint AS assigned,
    (sum(s.reassigned))::bigint AS reassigned,
    (sum(s.acknowledged))::bigint AS acknowledged,
    (sum(s.resolved))::bigint AS resolved,
    (sum(s.resolved_outside))::bigint AS resolved_outside,
    (sum(s.declined))::bigint AS declined,
    (sum(s.handed_over))::bigint AS handed_over,
    (sum(s.confirmed))::bigint AS confirmed,
    (sum(s.reopened))::bigint AS reopened,
    (sum(s.withdrawn))::bigint AS withdrawn,
    (sum(s.breached_acknowledge))::bigint AS breached_acknowledge,
    (sum(s.breached_resolve))::bigint AS breached_resolve,
    (sum(s.escalated))::bigint AS escalated,
    (sum(s.rated))::bigint AS rated,
    (sum(s.rating_sum))::bigint AS rating_sum,
    (sum(s.seconds_to_assign))::bigint AS seconds_to_assign,
    (sum(s.seconds_to_resolve))::bigint AS seconds_to_resolve,
    (sum(s.waiting_routing))::bigint AS waiting_routing,
    (sum(s.waiting_nobody_certified))::bigint AS waiting_nobody_certified,
    (sum(s.waiting_certificate_not_valid))::bigint AS waiting_certificate_not_valid,
    (sum(s.waiting_everyone_on_leave))::bigint AS waiting_everyone_on_leave,
    (sum(s.waiting_everyone_at_capacity))::bigint AS waiting_everyone_at_capacity,
    (sum(s.waiting_everyone_declined))::bigint AS waiting_everyone_declined
   FROM (tuesday.statistic_village_hour s
     JOIN register.county c ON ((c.id = s.county_id)))
  GROUP BY c.code, c.name, s.hour;

COMMENT ON VIEW report.county_hour IS 'Figures per county and hour. Source: events. 全县每小时统计';

COMMENT ON COLUMN report.county_hour.county IS 'county code 县编码';

COMMENT ON COLUMN report.county_hour.county_name IS 'county name 县名';

COMMENT ON COLUMN report.county_hour.hour IS 'instant at which the hour begins 小时起点';

COMMENT ON COLUMN report.county_hour.received IS 'requests accepted 受理';

COMMENT ON COLUMN report.county_hour.assigned IS 'first assignments 首次派单';

COMMENT ON COLUMN report.county_hour.reassigned IS 'later assignments 再次派单';

COMMENT ON COLUMN report.county_hour.acknowledged IS 'acknowledged by the owner 已签收';

COMMENT ON COLUMN report.county_hour.resolved IS 'resolved 已办结';

COMMENT ON COLUMN report.county_hour.resolved_outside IS 'of these, resolved outside Tuesday 其中系统外办结';

COMMENT ON COLUMN report.county_hour.declined IS 'declined by the owner 退回';

COMMENT ON COLUMN report.county_hour.handed_over IS 'taken from a silent owner 移交';

COMMENT ON COLUMN report.county_hour.confirmed IS 'confirmed by the resident 居民确认';

COMMENT ON COLUMN report.county_hour.reopened IS 'reopened by the resident 重新打开';

COMMENT ON COLUMN report.county_hour.withdrawn IS 'withdrawn by the resident 撤回';

COMMENT ON COLUMN report.county_hour.breached_acknowledge IS 'acknowledge deadlines missed 签收超时';

COMMENT ON COLUMN report.county_hour.breached_resolve IS 'resolve deadlines missed 办结超时';

COMMENT ON COLUMN report.county_hour.escalated IS 'escalated to the town lead 升级';

COMMENT ON COLUMN report.county_hour.rated IS 'ratings given 评价数';

COMMENT ON COLUMN report.county_hour.rating_sum IS 'sum of ratings, 1 to 5 评分之和';

COMMENT ON COLUMN report.county_hour.seconds_to_assign IS 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';

COMMENT ON COLUMN report.county_hour.seconds_to_resolve IS 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';

COMMENT ON COLUMN report.county_hour.waiting_routing IS 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_hour.waiting_nobody_certified IS 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_hour.waiting_certificate_not_valid IS 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_hour.waiting_everyone_on_leave IS 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_hour.waiting_everyone_at_capacity IS 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.county_hour.waiting_everyone_declined IS 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

CREATE TABLE tuesday.deadline (
    request_id uuid NOT NULL,
    remind_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    escalate_at timestamp with time zone NOT NULL,
    next_at timestamp with time zone,
    reminded_at timestamp with time zone,
    breached_at timestamp with time zone,
    escalated_at timestamp with time zone,
    met_at timestamp with time zone,
    epoch integer NOT NULL,
    county_id integer NOT NULL,
    kind smallint NOT NULL,
    stage smallint DEFAULT 0 NOT NULL
)
WITH (fillfactor='70');

COMMENT ON TABLE tuesday.deadline IS 'Promises of each request, what fires next and what became of them.';

COMMENT ON COLUMN tuesday.deadline.next_at IS 'when the stage fires; null once nothing will';

COMMENT ON COLUMN tuesday.deadline.kind IS '1 acknowledge (epoch: number of the assignment), 2 resolve (epoch: timer epoch)';

COMMENT ON COLUMN tuesday.deadline.stage IS 'what fires next: 0 reminder, 1 breach, 2 escalation, 3 nothing';

CREATE VIEW report.deadline AS
 SELECT d.request_id,
    c.code AS county,
    (ARRAY['acknowledge'::text, 'resolve'::text])[d.kind] AS kind,
    d.epoch,
    d.due_at,
    d.reminded_at,
    d.breached_at,
    d.escalated_at,
    d.met_at
   FROM (tuesday.deadline d
     JOIN register.county c ON ((c.id = d.county_id)));

COMMENT ON VIEW report.deadline IS 'Promises and what became of them. 时限';

COMMENT ON COLUMN report.deadline.request_id IS 'request 请求编号';

COMMENT ON COLUMN report.deadline.county IS 'county code 县编码';

COMMENT ON COLUMN report.deadline.kind IS 'acknowledge or resolve 时限类型';

COMMENT ON COLUMN report.deadline.epoch IS 'assignment number (acknowledge) or timer epoch (resolve) 轮次';

COMMENT ON COLUMN report.deadline.due_at IS 'when it was promised by 到期时间';

COMMENT ON COLUMN report.deadline.reminded_at IS 'when the owner was reminded 提醒时间';

COMMENT ON COLUMN report.deadline.breached_at IS 'when it was missed 超时时间';

COMMENT ON COLUMN report.deadline.escalated_at IS 'when the town lead was told 升级时间';

COMMENT ON COLUMN report.deadline.met_at IS 'when it was met 达成时间';

CREATE TABLE tuesday.request (
    id uuid NOT NULL,
    accepted_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    assigned_at timestamp with time zone,
    acknowledged_at timestamp with time zone,
    resolved_at timestamp with time zone,
    closed_at timestamp with time zone,
    county_id integer NOT NULL,
    town_id integer NOT NULL,
    village_id integer NOT NULL,
    service_id integer NOT NULL,
    owner_id integer,
    last_seq integer NOT NULL,
    assignment integer DEFAULT 0 NOT NULL,
    timer_epoch integer DEFAULT 0 NOT NULL,
    state smallint NOT NULL,
    waiting_reason smallint,
    priority smallint NOT NULL,
    rating smallint,
    CONSTRAINT owned_has_an_owner CHECK (((state = ANY (ARRAY[2, 3, 4])) = (owner_id IS NOT NULL))),
    CONSTRAINT rating_is_one_to_five CHECK (((rating >= 1) AND (rating <= 5))),
    CONSTRAINT resolved_has_resolved_at CHECK (((state <> ALL (ARRAY[5, 6])) OR (resolved_at IS NOT NULL))),
    CONSTRAINT state_is_known CHECK (((state >= 1) AND (state <= 7))),
    CONSTRAINT waiting_has_a_reason CHECK (((state = 1) = (waiting_reason IS NOT NULL)))
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0.1', autovacuum_analyze_scale_factor='0.05');

COMMENT ON TABLE tuesday.request IS 'Each request as it stands now; what happened to it is in tuesday.event.';

COMMENT ON COLUMN tuesday.request.last_seq IS 'number of the last event; raised only by the transaction that adds events';

COMMENT ON COLUMN tuesday.request.timer_epoch IS 'raised by a reopening; deadlines of an earlier epoch are void';

COMMENT ON COLUMN tuesday.request.state IS '1 waiting, 2 assigned, 3 acknowledged, 4 started, 5 resolved, 6 confirmed, 7 withdrawn';

CREATE VIEW report.request AS
 SELECT r.id AS request_id,
    c.code AS county,
    t.code AS town,
    v.code AS village,
    a.code AS service,
    (ARRAY['waiting'::text, 'assigned'::text, 'acknowledged'::text, 'started'::text, 'resolved'::text, 'confirmed'::text, 'withdrawn'::text])[r.state] AS state,
    (ARRAY['routing'::text, 'nobody_certified'::text, 'certificate_not_valid'::text, 'everyone_on_leave'::text, 'everyone_at_capacity'::text, 'everyone_declined'::text])[r.waiting_reason] AS waiting_reason,
    o.code AS owner,
    r.priority,
    r.submitted_at,
    r.accepted_at,
    r.assigned_at,
    r.acknowledged_at,
    r.resolved_at,
    r.closed_at,
    r.assignment AS assignment_count,
    r.rating
   FROM (((((tuesday.request r
     JOIN register.county c ON ((c.id = r.county_id)))
     JOIN register.town t ON ((t.id = r.town_id)))
     JOIN register.village v ON ((v.id = r.village_id)))
     JOIN register.service a ON ((a.id = r.service_id)))
     LEFT JOIN register.cadre o ON ((o.id = r.owner_id)));

COMMENT ON VIEW report.request IS 'One row per request, as it stands now. Source: the system of record. 每件请求一行';

COMMENT ON COLUMN report.request.request_id IS 'request 请求编号';

COMMENT ON COLUMN report.request.county IS 'county code 县编码';

COMMENT ON COLUMN report.request.town IS 'town code 乡镇编码';

COMMENT ON COLUMN report.request.village IS 'village code 村编码';

COMMENT ON COLUMN report.request.service IS 'service code 事项编码';

COMMENT ON COLUMN report.request.state IS 'waiting, assigned, acknowledged, started, resolved, confirmed, withdrawn 状态';

COMMENT ON COLUMN report.request.waiting_reason IS 'why nobody owns it 等待原因';

COMMENT ON COLUMN report.request.owner IS 'code of the cadre who has it now 当前承办干部编码';

COMMENT ON COLUMN report.request.priority IS '1 urgent to 5 whenever 优先级';

COMMENT ON COLUMN report.request.submitted_at IS 'when the resident sent it 提交时间';

COMMENT ON COLUMN report.request.accepted_at IS 'when it was accepted 受理时间';

COMMENT ON COLUMN report.request.assigned_at IS 'when it was assigned 派单时间';

COMMENT ON COLUMN report.request.acknowledged_at IS 'when the owner acknowledged it 签收时间';

COMMENT ON COLUMN report.request.resolved_at IS 'when it was resolved 办结时间';

COMMENT ON COLUMN report.request.closed_at IS 'when it was confirmed or withdrawn 关闭时间';

COMMENT ON COLUMN report.request.assignment_count IS 'how often it was assigned 派单次数';

COMMENT ON COLUMN report.request.rating IS '1 to 5, given by the resident 居民评分';

CREATE TABLE tuesday.statistic_service_hour (
    hour timestamp with time zone NOT NULL,
    county_id integer NOT NULL,
    town_id integer NOT NULL,
    service_id integer NOT NULL,
    lane_id integer NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    assigned bigint DEFAULT 0 NOT NULL,
    reassigned bigint DEFAULT 0 NOT NULL,
    acknowledged bigint DEFAULT 0 NOT NULL,
    resolved bigint DEFAULT 0 NOT NULL,
    resolved_outside bigint DEFAULT 0 NOT NULL,
    declined bigint DEFAULT 0 NOT NULL,
    handed_over bigint DEFAULT 0 NOT NULL,
    confirmed bigint DEFAULT 0 NOT NULL,
    reopened bigint DEFAULT 0 NOT NULL,
    withdrawn bigint DEFAULT 0 NOT NULL,
    breached_acknowledge bigint DEFAULT 0 NOT NULL,
    breached_resolve bigint DEFAULT 0 NOT NULL,
    escalated bigint DEFAULT 0 NOT NULL,
    rated bigint DEFAULT 0 NOT NULL,
    rating_sum bigint DEFAULT 0 NOT NULL,
    seconds_to_assign bigint DEFAULT 0 NOT NULL,
    seconds_to_resolve bigint DEFAULT 0 NOT NULL,
    waiting_routing bigint DEFAULT 0 NOT NULL,
    waiting_nobody_certified bigint DEFAULT 0 NOT NULL,
    waiting_certificate_not_valid bigint DEFAULT 0 NOT NULL,
    waiting_everyone_on_leave bigint DEFAULT 0 NOT NULL,
    waiting_everyone_at_capacity bigint DEFAULT 0 NOT NULL,
    waiting_everyone_declined bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE tuesday.statistic_service_hour IS 'Figures per town, service and hour, one row per statistics lane.';

COMMENT ON COLUMN tuesday.statistic_service_hour.lane_id IS 'shard: each statistics lane adds to rows of its own';

CREATE VIEW report.service AS
 SELECT c.code AS county,
    a.code AS service,
    a.name AS service_name,
    (sum(s.received))::bigint AS received,
    (sum(s.assigned))::bigint AS assigned,
    (sum(s.reassigned))::bigint AS reassigned,
    (sum(s.acknowledged))::bigint AS acknowledged,
    (sum(s.resolved))::bigint AS resolved,
    (sum(s.resolved_outside))::bigint AS resolved_outside,
    (sum(s.declined))::bigint AS declined,
    (sum(s.handed_over))::bigint AS handed_over,
    (sum(s.confirmed))::bigint AS confirmed,
    (sum(s.reopened))::bigint AS reopened,
    (sum(s.withdrawn))::bigint AS withdrawn,
    (sum(s.breached_acknowledge))::bigint AS breached_acknowledge,
    (sum(s.breached_resolve))::bigint AS breached_resolve,
    (sum(s.escalated))::bigint AS escalated,
    (sum(s.rated))::bigint AS rated,
    (sum(s.rating_sum))::bigint AS rating_sum,
    (sum(s.seconds_to_assign))::bigint AS seconds_to_assign,
    (sum(s.seconds_to_resolve))::bigint AS seconds_to_resolve,
    (sum(s.waiting_routing))::bigint AS waiting_routing,
    (sum(s.waiting_nobody_certified))::bigint AS waiting_nobody_certified,
    (sum(s.waiting_certificate_not_valid))::bigint AS waiting_certificate_not_valid,
    (sum(s.waiting_everyone_on_leave))::bigint AS waiting_everyone_on_leave,
    (sum(s.waiting_everyone_at_capacity))::bigint AS waiting_everyone_at_capacity,
    (sum(s.waiting_everyone_declined))::bigint AS waiting_everyone_declined
   FROM ((tuesday.statistic_service_hour s
     JOIN register.county c ON ((c.id = s.county_id)))
     JOIN register.service a ON ((a.id = s.service_id)))
  GROUP BY c.code, a.code, a.name;

COMMENT ON VIEW report.service IS 'Figures per service since the beginning. Source: events. 每事项累计';

COMMENT ON COLUMN report.service.county IS 'county code 县编码';

COMMENT ON COLUMN report.service.service IS 'service code 事项编码';

COMMENT ON COLUMN report.service.service_name IS 'service name 事项名称';

COMMENT ON COLUMN report.service.received IS 'requests accepted 受理';

COMMENT ON COLUMN report.service.assigned IS 'first assignments 首次派单';

COMMENT ON COLUMN report.service.reassigned IS 'later assignments 再次派单';

COMMENT ON COLUMN report.service.acknowledged IS 'acknowledged by the owner 已签收';

COMMENT ON COLUMN report.service.resolved IS 'resolved 已办结';

COMMENT ON COLUMN report.service.resolved_outside IS 'of these, resolved outside Tuesday 其中系统外办结';

COMMENT ON COLUMN report.service.declined IS 'declined by the owner 退回';

COMMENT ON COLUMN report.service.handed_over IS 'taken from a silent owner 移交';

COMMENT ON COLUMN report.service.confirmed IS 'confirmed by the resident 居民确认';

COMMENT ON COLUMN report.service.reopened IS 'reopened by the resident 重新打开';

COMMENT ON COLUMN report.service.withdrawn IS 'withdrawn by the resident 撤回';

COMMENT ON COLUMN report.service.breached_acknowledge IS 'acknowledge deadlines missed 签收超时';

COMMENT ON COLUMN report.service.breached_resolve IS 'resolve deadlines missed 办结超时';

COMMENT ON COLUMN report.service.escalated IS 'escalated to the town lead 升级';

COMMENT ON COLUMN report.service.rated IS 'ratings given 评价数';

COMMENT ON COLUMN report.service.rating_sum IS 'sum of ratings, 1 to 5 评分之和';

COMMENT ON COLUMN report.service.seconds_to_assign IS 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';

COMMENT ON COLUMN report.service.seconds_to_resolve IS 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';

COMMENT ON COLUMN report.service.waiting_routing IS 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service.waiting_nobody_certified IS 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service.waiting_certificate_not_valid IS 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service.waiting_everyone_on_leave IS 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service.waiting_everyone_at_capacity IS 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service.waiting_everyone_declined IS 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

CREATE VIEW report.service_hour AS
 SELECT c.code AS county,
    t.code AS town,
    a.code AS service,
    a.name AS service_name,
    s.hour,
    (sum(s.received))::bigint AS received,
    (sum(s.assigned))::bigint AS assigned,
    (sum(s.reassigned))::bigint AS reassigned,
    (sum(s.acknowledged))::bigint AS acknowledged,
    (sum(s.resolved))::bigint AS resolved,
    (sum(s.resolved_outside))::bigint AS resolved_outside,
    (sum(s.declined))::bigint AS declined,
    (sum(s.handed_over))::bigint AS handed_over,
    (sum(s.confirmed))::bigint AS confirmed,
    (sum(s.reopened))::bigint AS reopened,
    (sum(s.withdrawn))::bigint AS withdrawn,
    (sum(s.breached_acknowledge))::bigint AS breached_acknowledge,
    (sum(s.breached_resolve))::bigint AS breached_resolve,
    (sum(s.escalated))::bigint AS escalated,
    (sum(s.rated))::bigint AS rated,
    (sum(s.rating_sum))::bigint AS rating_sum,
    (sum(s.seconds_to_assign))::bigint AS seconds_to_assign,
    (sum(s.seconds_to_resolve))::bigint AS seconds_to_resolve,
    (sum(s.waiting_routing))::bigint AS waiting_routing,
    (sum(s.waiting_nobody_certified))::bigint AS waiting_nobody_certified,
    (sum(s.waiting_certificate_not_valid))::bigint AS waiting_certificate_not_valid,
    (sum(s.waiting_everyone_on_leave))::bigint AS waiting_everyone_on_leave,
    (sum(s.waiting_everyone_at_capacity))::bigint AS waiting_everyone_at_capacity,
    (sum(s.waiting_everyone_declined))::bigint AS waiting_everyone_declined
   FROM (((tuesday.statistic_service_hour s
     JOIN register.county c ON ((c.id = s.county_id)))
     JOIN register.town t ON ((t.id = s.town_id)))
     JOIN register.service a ON ((a.id = s.service_id)))
  GROUP BY c.code, t.code, a.code, a.name, s.hour;

COMMENT ON VIEW report.service_hour IS 'Figures per town, service and hour. Source: events. 每乡镇每事项每小时统计';

COMMENT ON COLUMN report.service_hour.county IS 'county code 县编码';

COMMENT ON COLUMN report.service_hour.town IS 'town code 乡镇编码';

COMMENT ON COLUMN report.service_hour.service IS 'service code 事项编码';

COMMENT ON COLUMN report.service_hour.service_name IS 'service name 事项名称';

COMMENT ON COLUMN report.service_hour.hour IS 'instant at which the hour begins 小时起点';

COMMENT ON COLUMN report.service_hour.received IS 'requests accepted 受理';

COMMENT ON COLUMN report.service_hour.assigned IS 'first assignments 首次派单';

COMMENT ON COLUMN report.service_hour.reassigned IS 'later assignments 再次派单';

COMMENT ON COLUMN report.service_hour.acknowledged IS 'acknowledged by the owner 已签收';

COMMENT ON COLUMN report.service_hour.resolved IS 'resolved 已办结';

COMMENT ON COLUMN report.service_hour.resolved_outside IS 'of these, resolved outside Tuesday 其中系统外办结';

COMMENT ON COLUMN report.service_hour.declined IS 'declined by the owner 退回';

COMMENT ON COLUMN report.service_hour.handed_over IS 'taken from a silent owner 移交';

COMMENT ON COLUMN report.service_hour.confirmed IS 'confirmed by the resident 居民确认';

COMMENT ON COLUMN report.service_hour.reopened IS 'reopened by the resident 重新打开';

COMMENT ON COLUMN report.service_hour.withdrawn IS 'withdrawn by the resident 撤回';

COMMENT ON COLUMN report.service_hour.breached_acknowledge IS 'acknowledge deadlines missed 签收超时';

COMMENT ON COLUMN report.service_hour.breached_resolve IS 'resolve deadlines missed 办结超时';

COMMENT ON COLUMN report.service_hour.escalated IS 'escalated to the town lead 升级';

COMMENT ON COLUMN report.service_hour.rated IS 'ratings given 评价数';

COMMENT ON COLUMN report.service_hour.rating_sum IS 'sum of ratings, 1 to 5 评分之和';

COMMENT ON COLUMN report.service_hour.seconds_to_assign IS 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';

COMMENT ON COLUMN report.service_hour.seconds_to_resolve IS 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';

COMMENT ON COLUMN report.service_hour.waiting_routing IS 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service_hour.waiting_nobody_certified IS 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service_hour.waiting_certificate_not_valid IS 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service_hour.waiting_everyone_on_leave IS 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service_hour.waiting_everyone_at_capacity IS 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.service_hour.waiting_everyone_declined IS 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

CREATE VIEW report.town_hour AS
 SELECT c.code AS county,
    t.code AS town,
    t.name AS town_name,
    s.hour,
    (sum(s.received))::bigint AS received,
    (sum(s.assigned))::bigint AS assigned,
    (sum(s.reassigned))::bigint AS reassigned,
    (sum(s.acknowledged))::bigint AS acknowledged,
    (sum(s.resolved))::bigint AS resolved,
    (sum(s.resolved_outside))::bigint AS resolved_outside,
    (sum(s.declined))::bigint AS declined,
    (sum(s.handed_over))::bigint AS handed_over,
    (sum(s.confirmed))::bigint AS confirmed,
    (sum(s.reopened))::bigint AS reopened,
    (sum(s.withdrawn))::bigint AS withdrawn,
    (sum(s.breached_acknowledge))::bigint AS breached_acknowledge,
    (sum(s.breached_resolve))::bigint AS breached_resolve,
    (sum(s.escalated))::bigint AS escalated,
    (sum(s.rated))::bigint AS rated,
    (sum(s.rating_sum))::bigint AS rating_sum,
    (sum(s.seconds_to_assign))::bigint AS seconds_to_assign,
    (sum(s.seconds_to_resolve))::bigint AS seconds_to_resolve,
    (sum(s.waiting_routing))::bigint AS waiting_routing,
    (sum(s.waiting_nobody_certified))::bigint AS waiting_nobody_certified,
    (sum(s.waiting_certificate_not_valid))::bigint AS waiting_certificate_not_valid,
    (sum(s.waiting_everyone_on_leave))::bigint AS waiting_everyone_on_leave,
    (sum(s.waiting_everyone_at_capacity))::bigint AS waiting_everyone_at_capacity,
    (sum(s.waiting_everyone_declined))::bigint AS waiting_everyone_declined
   FROM ((tuesday.statistic_village_hour s
     JOIN register.county c ON ((c.id = s.county_id)))
     JOIN register.town t ON ((t.id = s.town_id)))
  GROUP BY c.code, t.code, t.name, s.hour;

COMMENT ON VIEW report.town_hour IS 'Figures per town and hour. Source: events. 每乡镇每小时统计';

COMMENT ON COLUMN report.town_hour.county IS 'county code 县编码';

COMMENT ON COLUMN report.town_hour.town IS 'town code 乡镇编码';

COMMENT ON COLUMN report.town_hour.town_name IS 'town name 乡镇名';

COMMENT ON COLUMN report.town_hour.hour IS 'instant at which the hour begins 小时起点';

COMMENT ON COLUMN report.town_hour.received IS 'requests accepted 受理';

COMMENT ON COLUMN report.town_hour.assigned IS 'first assignments 首次派单';

COMMENT ON COLUMN report.town_hour.reassigned IS 'later assignments 再次派单';

COMMENT ON COLUMN report.town_hour.acknowledged IS 'acknowledged by the owner 已签收';

COMMENT ON COLUMN report.town_hour.resolved IS 'resolved 已办结';

COMMENT ON COLUMN report.town_hour.resolved_outside IS 'of these, resolved outside Tuesday 其中系统外办结';

COMMENT ON COLUMN report.town_hour.declined IS 'declined by the owner 退回';

COMMENT ON COLUMN report.town_hour.handed_over IS 'taken from a silent owner 移交';

COMMENT ON COLUMN report.town_hour.confirmed IS 'confirmed by the resident 居民确认';

COMMENT ON COLUMN report.town_hour.reopened IS 'reopened by the resident 重新打开';

COMMENT ON COLUMN report.town_hour.withdrawn IS 'withdrawn by the resident 撤回';

COMMENT ON COLUMN report.town_hour.breached_acknowledge IS 'acknowledge deadlines missed 签收超时';

COMMENT ON COLUMN report.town_hour.breached_resolve IS 'resolve deadlines missed 办结超时';

COMMENT ON COLUMN report.town_hour.escalated IS 'escalated to the town lead 升级';

COMMENT ON COLUMN report.town_hour.rated IS 'ratings given 评价数';

COMMENT ON COLUMN report.town_hour.rating_sum IS 'sum of ratings, 1 to 5 评分之和';

COMMENT ON COLUMN report.town_hour.seconds_to_assign IS 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';

COMMENT ON COLUMN report.town_hour.seconds_to_resolve IS 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';

COMMENT ON COLUMN report.town_hour.waiting_routing IS 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.town_hour.waiting_nobody_certified IS 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.town_hour.waiting_certificate_not_valid IS 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.town_hour.waiting_everyone_on_leave IS 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.town_hour.waiting_everyone_at_capacity IS 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.town_hour.waiting_everyone_declined IS 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

CREATE VIEW report.village AS
 SELECT c.code AS county,
    t.code AS town,
    v.code AS village,
    v.name AS village_name,
    (sum(s.received))::bigint AS received,
    (sum(s.assigned))::bigint AS assigned,
    (sum(s.reassigned))::bigint AS reassigned,
    (sum(s.acknowledged))::bigint AS acknowledged,
    (sum(s.resolved))::bigint AS resolved,
    (sum(s.resolved_outside))::bigint AS resolved_outside,
    (sum(s.declined))::bigint AS declined,
    (sum(s.handed_over))::bigint AS handed_over,
    (sum(s.confirmed))::bigint AS confirmed,
    (sum(s.reopened))::bigint AS reopened,
    (sum(s.withdrawn))::bigint AS withdrawn,
    (sum(s.breached_acknowledge))::bigint AS breached_acknowledge,
    (sum(s.breached_resolve))::bigint AS breached_resolve,
    (sum(s.escalated))::bigint AS escalated,
    (sum(s.rated))::bigint AS rated,
    (sum(s.rating_sum))::bigint AS rating_sum,
    (sum(s.seconds_to_assign))::bigint AS seconds_to_assign,
    (sum(s.seconds_to_resolve))::bigint AS seconds_to_resolve,
    (sum(s.waiting_routing))::bigint AS waiting_routing,
    (sum(s.waiting_nobody_certified))::bigint AS waiting_nobody_certified,
    (sum(s.waiting_certificate_not_valid))::bigint AS waiting_certificate_not_valid,
    (sum(s.waiting_everyone_on_leave))::bigint AS waiting_everyone_on_leave,
    (sum(s.waiting_everyone_at_capacity))::bigint AS waiting_everyone_at_capacity,
    (sum(s.waiting_everyone_declined))::bigint AS waiting_everyone_declined
   FROM (((tuesday.statistic_village_hour s
     JOIN register.county c ON ((c.id = s.county_id)))
     JOIN register.town t ON ((t.id = s.town_id)))
     JOIN register.village v ON ((v.id = s.village_id)))
  GROUP BY c.code, t.code, v.code, v.name;

COMMENT ON VIEW report.village IS 'Figures per village since the beginning. Source: events. 每村累计';

COMMENT ON COLUMN report.village.county IS 'county code 县编码';

COMMENT ON COLUMN report.village.town IS 'town code 乡镇编码';

COMMENT ON COLUMN report.village.village IS 'village code 村编码';

COMMENT ON COLUMN report.village.village_name IS 'village name 村名';

COMMENT ON COLUMN report.village.received IS 'requests accepted 受理';

COMMENT ON COLUMN report.village.assigned IS 'first assignments 首次派单';

COMMENT ON COLUMN report.village.reassigned IS 'later assignments 再次派单';

COMMENT ON COLUMN report.village.acknowledged IS 'acknowledged by the owner 已签收';

COMMENT ON COLUMN report.village.resolved IS 'resolved 已办结';

COMMENT ON COLUMN report.village.resolved_outside IS 'of these, resolved outside Tuesday 其中系统外办结';

COMMENT ON COLUMN report.village.declined IS 'declined by the owner 退回';

COMMENT ON COLUMN report.village.handed_over IS 'taken from a silent owner 移交';

COMMENT ON COLUMN report.village.confirmed IS 'confirmed by the resident 居民确认';

COMMENT ON COLUMN report.village.reopened IS 'reopened by the resident 重新打开';

COMMENT ON COLUMN report.village.withdrawn IS 'withdrawn by the resident 撤回';

COMMENT ON COLUMN report.village.breached_acknowledge IS 'acknowledge deadlines missed 签收超时';

COMMENT ON COLUMN report.village.breached_resolve IS 'resolve deadlines missed 办结超时';

COMMENT ON COLUMN report.village.escalated IS 'escalated to the town lead 升级';

COMMENT ON COLUMN report.village.rated IS 'ratings given 评价数';

COMMENT ON COLUMN report.village.rating_sum IS 'sum of ratings, 1 to 5 评分之和';

COMMENT ON COLUMN report.village.seconds_to_assign IS 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';

COMMENT ON COLUMN report.village.seconds_to_resolve IS 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';

COMMENT ON COLUMN report.village.waiting_routing IS 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village.waiting_nobody_certified IS 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village.waiting_certificate_not_valid IS 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village.waiting_everyone_on_leave IS 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village.waiting_everyone_at_capacity IS 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village.waiting_everyone_declined IS 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

CREATE VIEW report.village_hour AS
 SELECT c.code AS county,
    t.code AS town,
    v.code AS village,
    v.name AS village_name,
    s.hour,
    (sum(s.received))::bigint AS received,
    (sum(s.assigned))::bigint AS assigned,
    (sum(s.reassigned))::bigint AS reassigned,
    (sum(s.acknowledged))::bigint AS acknowledged,
    (sum(s.resolved))::bigint AS resolved,
    (sum(s.resolved_outside))::bigint AS resolved_outside,
    (sum(s.declined))::bigint AS declined,
    (sum(s.handed_over))::bigint AS handed_over,
    (sum(s.confirmed))::bigint AS confirmed,
    (sum(s.reopened))::bigint AS reopened,
    (sum(s.withdrawn))::bigint AS withdrawn,
    (sum(s.breached_acknowledge))::bigint AS breached_acknowledge,
    (sum(s.breached_resolve))::bigint AS breached_resolve,
    (sum(s.escalated))::bigint AS escalated,
    (sum(s.rated))::bigint AS rated,
    (sum(s.rating_sum))::bigint AS rating_sum,
    (sum(s.seconds_to_assign))::bigint AS seconds_to_assign,
    (sum(s.seconds_to_resolve))::bigint AS seconds_to_resolve,
    (sum(s.waiting_routing))::bigint AS waiting_routing,
    (sum(s.waiting_nobody_certified))::bigint AS waiting_nobody_certified,
    (sum(s.waiting_certificate_not_valid))::bigint AS waiting_certificate_not_valid,
    (sum(s.waiting_everyone_on_leave))::bigint AS waiting_everyone_on_leave,
    (sum(s.waiting_everyone_at_capacity))::bigint AS waiting_everyone_at_capacity,
    (sum(s.waiting_everyone_declined))::bigint AS waiting_everyone_declined
   FROM (((tuesday.statistic_village_hour s
     JOIN register.county c ON ((c.id = s.county_id)))
     JOIN register.town t ON ((t.id = s.town_id)))
     JOIN register.village v ON ((v.id = s.village_id)))
  GROUP BY c.code, t.code, v.code, v.name, s.hour;

COMMENT ON VIEW report.village_hour IS 'Figures per village and hour (UTC instant of the hour''s start). Source: events. 每村每小时统计';

COMMENT ON COLUMN report.village_hour.county IS 'county code 县编码';

COMMENT ON COLUMN report.village_hour.town IS 'town code 乡镇编码';

COMMENT ON COLUMN report.village_hour.village IS 'village code 村编码';

COMMENT ON COLUMN report.village_hour.village_name IS 'village name 村名';

COMMENT ON COLUMN report.village_hour.hour IS 'instant at which the hour begins 小时起点';

COMMENT ON COLUMN report.village_hour.received IS 'requests accepted 受理';

COMMENT ON COLUMN report.village_hour.assigned IS 'first assignments 首次派单';

COMMENT ON COLUMN report.village_hour.reassigned IS 'later assignments 再次派单';

COMMENT ON COLUMN report.village_hour.acknowledged IS 'acknowledged by the owner 已签收';

COMMENT ON COLUMN report.village_hour.resolved IS 'resolved 已办结';

COMMENT ON COLUMN report.village_hour.resolved_outside IS 'of these, resolved outside Tuesday 其中系统外办结';

COMMENT ON COLUMN report.village_hour.declined IS 'declined by the owner 退回';

COMMENT ON COLUMN report.village_hour.handed_over IS 'taken from a silent owner 移交';

COMMENT ON COLUMN report.village_hour.confirmed IS 'confirmed by the resident 居民确认';

COMMENT ON COLUMN report.village_hour.reopened IS 'reopened by the resident 重新打开';

COMMENT ON COLUMN report.village_hour.withdrawn IS 'withdrawn by the resident 撤回';

COMMENT ON COLUMN report.village_hour.breached_acknowledge IS 'acknowledge deadlines missed 签收超时';

COMMENT ON COLUMN report.village_hour.breached_resolve IS 'resolve deadlines missed 办结超时';

COMMENT ON COLUMN report.village_hour.escalated IS 'escalated to the town lead 升级';

COMMENT ON COLUMN report.village_hour.rated IS 'ratings given 评价数';

COMMENT ON COLUMN report.village_hour.rating_sum IS 'sum of ratings, 1 to 5 评分之和';

COMMENT ON COLUMN report.village_hour.seconds_to_assign IS 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';

COMMENT ON COLUMN report.village_hour.seconds_to_resolve IS 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';

COMMENT ON COLUMN report.village_hour.waiting_routing IS 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village_hour.waiting_nobody_certified IS 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village_hour.waiting_certificate_not_valid IS 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village_hour.waiting_everyone_on_leave IS 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village_hour.waiting_everyone_at_capacity IS 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';

COMMENT ON COLUMN report.village_hour.waiting_everyone_declined IS 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

CREATE TABLE tuesday.changed_hour (
    hour timestamp with time zone NOT NULL,
    settles_at timestamp with time zone NOT NULL,
    county_id integer NOT NULL,
    lane_id integer NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE tuesday.changed_hour IS 'Hours whose figures changed since they were told; each statistics lane has rows of its own.';

COMMENT ON COLUMN tuesday.changed_hour.settles_at IS 'when the hour is over and the minute in which it last changed, by clock.now(); it is told some time later';

CREATE TABLE tuesday.closed_window (
    lane_id integer NOT NULL,
    lane_seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    hour timestamp with time zone NOT NULL,
    county_id integer NOT NULL,
    revision integer NOT NULL,
    measure text NOT NULL,
    body text NOT NULL,
    CONSTRAINT revision_starts_at_one CHECK ((revision >= 1))
);

COMMENT ON TABLE tuesday.closed_window IS 'What was told of each county, hour and measure; the highest revision counts. body is the published record''s value, byte for byte.';

CREATE TABLE tuesday.dead_letter (
    lane_id integer NOT NULL,
    lane_seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    source_offset bigint NOT NULL,
    source_partition integer NOT NULL,
    attempts integer NOT NULL,
    source_topic text NOT NULL,
    consumer_group text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    request_id uuid,
    key bytea,
    value bytea,
    headers text DEFAULT '[]'::text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    settled_at timestamp with time zone,
    settled_by text,
    settled_because text,
    replay_count integer DEFAULT 0 NOT NULL,
    replay_problem text,
    source_timestamp bigint,
    CONSTRAINT dead_letter_state_is_known CHECK ((state = ANY (ARRAY['open'::text, 'replayed'::text, 'discarded'::text]))),
    CONSTRAINT settled_says_when_and_by_whom CHECK ((((state = 'open'::text) = (settled_at IS NULL)) AND ((settled_at IS NULL) = (settled_by IS NULL))))
);

COMMENT ON TABLE tuesday.dead_letter IS 'Records that could not be handled: original bytes, where they stood, and why.';

COMMENT ON COLUMN tuesday.dead_letter.state IS 'open; replayed: its work was done after all; discarded: somebody decided that it is not to be done';

COMMENT ON COLUMN tuesday.dead_letter.settled_because IS 'what a replay made of it, or why it was discarded';

COMMENT ON COLUMN tuesday.dead_letter.replay_count IS 'replays that failed; each is an attempt more';

COMMENT ON COLUMN tuesday.dead_letter.replay_problem IS 'why the last replay failed';

COMMENT ON COLUMN tuesday.dead_letter.source_timestamp IS 'the record''s time in its log, in milliseconds since 1970; null for letters of earlier releases';

CREATE TABLE tuesday.directory_entry (
    lane_id integer NOT NULL,
    lane_seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    register_version bigint NOT NULL,
    county_id integer NOT NULL,
    cadre_id integer NOT NULL,
    body text
);

COMMENT ON TABLE tuesday.directory_entry IS 'What the public was told of each cadre, by register version. body is the published record''s value, byte for byte.';

COMMENT ON COLUMN tuesday.directory_entry.body IS 'null: not active any more, the topic gets a record without a value';

CREATE TABLE tuesday.event (
    request_id uuid NOT NULL,
    lane_seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    lane_id integer NOT NULL,
    county_id integer NOT NULL,
    seq integer NOT NULL,
    type smallint NOT NULL,
    body text NOT NULL,
    CONSTRAINT seq_starts_at_one CHECK ((seq >= 1))
);
ALTER TABLE ONLY tuesday.event ALTER COLUMN body SET STATISTICS 0;

COMMENT ON TABLE tuesday.event IS 'Append-only. body is the published record''s value, byte for byte.';

CREATE TABLE tuesday.feedback (
    request_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    county_id integer NOT NULL,
    cadre_id integer,
    rating smallint NOT NULL,
    CONSTRAINT feedback_is_one_to_five CHECK (((rating >= 1) AND (rating <= 5)))
);

COMMENT ON TABLE tuesday.feedback IS 'The residents rating of a request, with the cadre it is about.';

CREATE TABLE tuesday.idempotency_key (
    key uuid NOT NULL,
    body_hash uuid NOT NULL,
    request_id uuid NOT NULL,
    county_id integer NOT NULL
);

COMMENT ON TABLE tuesday.idempotency_key IS 'What was accepted under a key: the first 128 bits of SHA-256 over the channel and the client''s key or source id; for a record of a topic that has neither over its ce_source and ce_id, or else its place and time, and its content.';

CREATE TABLE tuesday.lane (
    id integer NOT NULL,
    log_id integer,
    consumer_group text NOT NULL,
    topic text DEFAULT ''::text NOT NULL,
    partition integer DEFAULT '-1'::integer NOT NULL,
    next_offset bigint DEFAULT 0 NOT NULL,
    last_ce_id text,
    epoch bigint DEFAULT 0 NOT NULL,
    owner text,
    claims_since_progress integer DEFAULT 0 NOT NULL,
    lane_seq bigint DEFAULT 0 NOT NULL,
    published_through bigint DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    progressed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    anchor_offset bigint,
    anchor_ce_id text,
    CONSTRAINT consuming_lane_has_a_log CHECK (((partition >= 0) = (log_id IS NOT NULL))),
    CONSTRAINT published_is_not_ahead CHECK ((published_through <= lane_seq))
)
WITH (fillfactor='50');

COMMENT ON TABLE tuesday.lane IS 'A transaction locks exactly one lane, first. Consuming lanes have a partition; the others are a pool that HTTP, timers and tools borrow from.';

COMMENT ON COLUMN tuesday.lane.epoch IS 'raised by every claim; a writer with another epoch is fenced';

COMMENT ON COLUMN tuesday.lane.claims_since_progress IS 'batches tried since the last one that succeeded, without those whose workers lived to see them fail; only the rest are deaths';

COMMENT ON COLUMN tuesday.lane.lane_seq IS 'number of the last message that left through this lane';

COMMENT ON COLUMN tuesday.lane.published_through IS 'messages up to here have their delivery report';

COMMENT ON COLUMN tuesday.lane.anchor_offset IS 'where a record stands that was applied before; it is moved only after it was found there again';

COMMENT ON COLUMN tuesday.lane.anchor_ce_id IS 'the identity of that record: another one at its place means that the topic was recreated';

ALTER TABLE tuesday.lane ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tuesday.lane_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE tuesday.log (
    id integer NOT NULL,
    cluster_id text NOT NULL,
    incarnation text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    rebuilt_at timestamp with time zone
);

COMMENT ON TABLE tuesday.log IS 'Every Kafka log this database ever consumed; offsets mean something only within one.';

COMMENT ON COLUMN tuesday.log.rebuilt_at IS 'when a log that began empty got what PostgreSQL knew (at once if it knew nothing); until then workers wait';

ALTER TABLE tuesday.log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME tuesday.log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE tuesday.notification (
    lane_id integer NOT NULL,
    lane_seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    request_id uuid,
    county_id integer NOT NULL,
    recipient text NOT NULL,
    template text NOT NULL,
    body text NOT NULL,
    receipt_at timestamp with time zone
);
ALTER TABLE ONLY tuesday.notification ALTER COLUMN body SET STATISTICS 0;

COMMENT ON TABLE tuesday.notification IS 'Whom to tell what: ids, template and variables; never a resident''s name or phone.';

COMMENT ON COLUMN tuesday.notification.receipt_at IS 'when a gateway said that it delivered this; null: nobody said so';

CREATE TABLE tuesday.parked (
    consumer_group text NOT NULL,
    request_id uuid NOT NULL,
    since timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE tuesday.parked IS 'Requests one of whose records became a dead letter: the group leaves their later events until it is replayed.';

CREATE TABLE tuesday.refusal (
    lane_id integer NOT NULL,
    source_offset bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    source_partition integer NOT NULL,
    channel text NOT NULL,
    source_id text,
    code text NOT NULL,
    detail text NOT NULL,
    source_timestamp bigint
);

COMMENT ON TABLE tuesday.refusal IS 'Submissions from the topic that broke a rule, and which; one row each.';

COMMENT ON COLUMN tuesday.refusal.source_timestamp IS 'the record''s time in its log, in milliseconds since 1970; null for refusals of earlier releases';

CREATE TABLE tuesday.repetition (
    lane_id integer NOT NULL,
    lane_seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    request_id uuid NOT NULL,
    event_count integer NOT NULL,
    because text NOT NULL,
    CONSTRAINT something_is_repeated CHECK ((event_count >= 1))
);

COMMENT ON TABLE tuesday.repetition IS 'Requests whose events leave once more through a lane, so that groups which left them out or lost them act on them.';

COMMENT ON COLUMN tuesday.repetition.lane_seq IS 'number of the last of them; the others have the numbers before it, without gaps, in order of seq';

COMMENT ON COLUMN tuesday.repetition.event_count IS 'events 1 to this leave';

COMMENT ON COLUMN tuesday.repetition.because IS 'what asked for it: a dead letter''s id, or the command';

CREATE TABLE tuesday.routing_sweep (
    lane_id integer NOT NULL,
    swept_through bigint DEFAULT 0 NOT NULL,
    marked_through bigint DEFAULT 0 NOT NULL,
    marked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT sweep_stops_at_the_mark CHECK ((swept_through <= marked_through))
)
WITH (fillfactor='50');

COMMENT ON TABLE tuesday.routing_sweep IS 'How far each lane was looked through for requests whose events brought no routing.';

COMMENT ON COLUMN tuesday.routing_sweep.swept_through IS 'events up to this lane_seq were looked at';

COMMENT ON COLUMN tuesday.routing_sweep.marked_through IS 'what the lane had published at marked_at, to be looked at next';

COMMENT ON COLUMN tuesday.routing_sweep.marked_at IS 'by the server''s own clock, never the virtual one: it is about machines, and events of imported requests are dated in the past';

CREATE TABLE tuesday.statistic_fold (
    request_id uuid NOT NULL,
    last_seq integer NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE tuesday.statistic_fold IS 'Which event of each request was counted last: each counts once, in order.';

CREATE TABLE tuesday.waiting (
    request_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    retry_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    register_version bigint NOT NULL,
    county_id integer NOT NULL,
    village_id integer NOT NULL,
    service_id integer NOT NULL,
    attempts integer NOT NULL,
    reason smallint NOT NULL,
    priority smallint NOT NULL,
    policy_version smallint,
    grounds text
)
WITH (fillfactor='70');

COMMENT ON TABLE tuesday.waiting IS 'Requests the router could not place, with what may wake them.';

COMMENT ON COLUMN tuesday.waiting.decided_at IS 'when it was last decided to wait';

COMMENT ON COLUMN tuesday.waiting.attempts IS 'how often it was decided to wait, or the decision failed';

COMMENT ON COLUMN tuesday.waiting.policy_version IS 'null: as grounds';

COMMENT ON COLUMN tuesday.waiting.grounds IS 'What the last decision saw, written as tuesday.assignment.grounds, without finalists: nobody was left. It goes with the row when the request leaves waiting; the events keep when it waited and for what. Null: nothing was decided yet, or by a release that did not keep it.';

ALTER TABLE ONLY clock.virtual
    ADD CONSTRAINT virtual_pkey PRIMARY KEY (is_the_one);

ALTER TABLE ONLY personal.note
    ADD CONSTRAINT note_pkey PRIMARY KEY (request_id, seq);

ALTER TABLE ONLY personal.submission
    ADD CONSTRAINT submission_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY public.tuesday_migration
    ADD CONSTRAINT tuesday_migration_pkey PRIMARY KEY (number);

ALTER TABLE ONLY register.agency
    ADD CONSTRAINT agency_county_id_code_key UNIQUE (county_id, code);

ALTER TABLE ONLY register.agency
    ADD CONSTRAINT agency_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.cadre
    ADD CONSTRAINT cadre_county_id_code_key UNIQUE (county_id, code);

ALTER TABLE ONLY register.cadre_load
    ADD CONSTRAINT cadre_load_pkey PRIMARY KEY (cadre_id);

ALTER TABLE ONLY register.cadre
    ADD CONSTRAINT cadre_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.calendar_day
    ADD CONSTRAINT calendar_day_county_id_day_key UNIQUE (county_id, day);

ALTER TABLE ONLY register.calendar_day
    ADD CONSTRAINT calendar_day_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.calendar_year
    ADD CONSTRAINT calendar_year_county_id_year_key UNIQUE (county_id, year);

ALTER TABLE ONLY register.calendar_year
    ADD CONSTRAINT calendar_year_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.certificate
    ADD CONSTRAINT certificate_cadre_id_skill_id_issued_at_key UNIQUE (cadre_id, skill_id, issued_at);

ALTER TABLE ONLY register.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.county
    ADD CONSTRAINT county_code_key UNIQUE (code);

ALTER TABLE ONLY register.county
    ADD CONSTRAINT county_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.coverage
    ADD CONSTRAINT coverage_cadre_id_role_village_id_town_id_key UNIQUE NULLS NOT DISTINCT (cadre_id, role, village_id, town_id);

ALTER TABLE ONLY register.coverage
    ADD CONSTRAINT coverage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (county_id, entity, entry_id, from_version);

ALTER TABLE ONLY register.leave
    ADD CONSTRAINT leave_cadre_id_begins_at_key UNIQUE (cadre_id, begins_at);

ALTER TABLE ONLY register.leave
    ADD CONSTRAINT leave_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.post
    ADD CONSTRAINT post_county_id_code_key UNIQUE (county_id, code);

ALTER TABLE ONLY register.post
    ADD CONSTRAINT post_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.service_centre
    ADD CONSTRAINT service_centre_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.service_centre
    ADD CONSTRAINT service_centre_village_id_key UNIQUE (village_id);

ALTER TABLE ONLY register.service
    ADD CONSTRAINT service_county_id_code_key UNIQUE (county_id, code);

ALTER TABLE ONLY register.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.session
    ADD CONSTRAINT session_county_id_held_on_key UNIQUE (county_id, held_on);

ALTER TABLE ONLY register.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.skill
    ADD CONSTRAINT skill_county_id_code_key UNIQUE (county_id, code);

ALTER TABLE ONLY register.skill
    ADD CONSTRAINT skill_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.town
    ADD CONSTRAINT town_county_id_code_key UNIQUE (county_id, code);

ALTER TABLE ONLY register.town
    ADD CONSTRAINT town_pkey PRIMARY KEY (id);

ALTER TABLE ONLY register.village
    ADD CONSTRAINT village_county_id_code_key UNIQUE (county_id, code);

ALTER TABLE ONLY register.village
    ADD CONSTRAINT village_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tuesday.refusal
    ADD CONSTRAINT a_submission_is_refused_once UNIQUE NULLS NOT DISTINCT (lane_id, source_offset, source_timestamp, channel, source_id);

ALTER TABLE ONLY tuesday.assignment
    ADD CONSTRAINT assignment_pkey PRIMARY KEY (request_id, number);

ALTER TABLE ONLY tuesday.directory_entry
    ADD CONSTRAINT cadre_has_one_entry_a_version UNIQUE (county_id, cadre_id, register_version);

ALTER TABLE ONLY tuesday.changed_hour
    ADD CONSTRAINT changed_hour_pkey PRIMARY KEY (county_id, hour, lane_id);

ALTER TABLE ONLY tuesday.closed_window
    ADD CONSTRAINT closed_window_pkey PRIMARY KEY (lane_id, lane_seq);

ALTER TABLE ONLY tuesday.dead_letter
    ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (lane_id, lane_seq);

ALTER TABLE ONLY tuesday.deadline
    ADD CONSTRAINT deadline_pkey PRIMARY KEY (request_id, kind, epoch);

ALTER TABLE ONLY tuesday.directory_entry
    ADD CONSTRAINT directory_entry_pkey PRIMARY KEY (lane_id, lane_seq);

ALTER TABLE ONLY tuesday.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (request_id, seq);

ALTER TABLE ONLY tuesday.feedback
    ADD CONSTRAINT feedback_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY tuesday.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (key);

ALTER TABLE ONLY tuesday.lane
    ADD CONSTRAINT lane_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tuesday.log
    ADD CONSTRAINT log_cluster_id_incarnation_key UNIQUE (cluster_id, incarnation);

ALTER TABLE ONLY tuesday.log
    ADD CONSTRAINT log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tuesday.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (lane_id, lane_seq);

ALTER TABLE ONLY tuesday.parked
    ADD CONSTRAINT parked_pkey PRIMARY KEY (consumer_group, request_id);

ALTER TABLE ONLY tuesday.repetition
    ADD CONSTRAINT repetition_pkey PRIMARY KEY (lane_id, lane_seq);

ALTER TABLE ONLY tuesday.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (id);

ALTER TABLE ONLY tuesday.routing_sweep
    ADD CONSTRAINT routing_sweep_pkey PRIMARY KEY (lane_id);

ALTER TABLE ONLY tuesday.statistic_fold
    ADD CONSTRAINT statistic_fold_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY tuesday.statistic_service_hour
    ADD CONSTRAINT statistic_service_hour_pkey PRIMARY KEY (county_id, hour, town_id, service_id, lane_id);

ALTER TABLE ONLY tuesday.statistic_village_hour
    ADD CONSTRAINT statistic_village_hour_pkey PRIMARY KEY (county_id, hour, village_id, lane_id);

ALTER TABLE ONLY tuesday.waiting
    ADD CONSTRAINT waiting_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY tuesday.closed_window
    ADD CONSTRAINT window_has_each_revision_once UNIQUE (county_id, hour, measure, revision);

CREATE INDEX access_by_request ON personal.access USING btree (request_id);

CREATE INDEX agency_by_town ON register.agency USING btree (town_id);

CREATE INDEX agency_by_version ON register.agency USING btree (county_id, from_version);

CREATE INDEX cadre_by_post ON register.cadre USING btree (post_id);

CREATE INDEX cadre_by_version ON register.cadre USING btree (county_id, from_version);

CREATE INDEX calendar_day_by_version ON register.calendar_day USING btree (county_id, from_version);

CREATE INDEX calendar_year_by_version ON register.calendar_year USING btree (county_id, from_version);

CREATE INDEX certificate_by_county ON register.certificate USING btree (county_id);

CREATE INDEX certificate_by_skill ON register.certificate USING btree (skill_id);

CREATE INDEX certificate_by_version ON register.certificate USING btree (county_id, from_version);

CREATE INDEX coverage_by_county ON register.coverage USING btree (county_id);

CREATE INDEX coverage_by_town ON register.coverage USING btree (town_id);

CREATE INDEX coverage_by_version ON register.coverage USING btree (county_id, from_version);

CREATE INDEX coverage_by_village ON register.coverage USING btree (village_id);

CREATE INDEX history_by_until ON register.history USING btree (county_id, entity, until_version);

CREATE INDEX leave_by_county ON register.leave USING btree (county_id);

CREATE INDEX leave_by_version ON register.leave USING btree (county_id, from_version);

CREATE INDEX post_by_agency ON register.post USING btree (agency_id);

CREATE INDEX post_by_version ON register.post USING btree (county_id, from_version);

CREATE INDEX service_by_skill ON register.service USING btree (skill_id);

CREATE INDEX service_by_version ON register.service USING btree (county_id, from_version);

CREATE INDEX service_centre_by_county ON register.service_centre USING btree (county_id);

CREATE INDEX service_centre_by_version ON register.service_centre USING btree (county_id, from_version);

CREATE INDEX session_by_version ON register.session USING btree (county_id, from_version);

CREATE INDEX skill_by_version ON register.skill USING btree (county_id, from_version);

CREATE INDEX town_by_lead ON register.town USING btree (lead_cadre_id);

CREATE INDEX town_by_version ON register.town USING btree (county_id, from_version);

CREATE INDEX village_by_town ON register.village USING btree (town_id);

CREATE INDEX village_by_version ON register.village USING btree (county_id, from_version);

CREATE INDEX assignment_open_by_cadre ON tuesday.assignment USING btree (cadre_id, request_id) WHERE (ended_at IS NULL);

CREATE INDEX changed_hour_by_settling ON tuesday.changed_hour USING btree (settles_at);

CREATE INDEX dead_letter_by_place ON tuesday.dead_letter USING btree (lane_id, source_offset);

CREATE INDEX dead_letter_of_request ON tuesday.dead_letter USING btree (request_id, consumer_group) WHERE (state = 'open'::text);

CREATE INDEX dead_letter_open ON tuesday.dead_letter USING btree (at) WHERE (state = 'open'::text);

CREATE INDEX deadline_by_next ON tuesday.deadline USING btree (next_at) WHERE (next_at IS NOT NULL);

CREATE UNIQUE INDEX event_by_lane ON tuesday.event USING btree (lane_id, lane_seq);

CREATE UNIQUE INDEX lane_by_partition ON tuesday.lane USING btree (log_id, consumer_group, topic, partition) WHERE (partition >= 0);

CREATE INDEX lane_of_pool ON tuesday.lane USING btree (consumer_group, id) WHERE (partition < 0);

CREATE INDEX request_by_village ON tuesday.request USING btree (village_id, id);

CREATE INDEX waiting_by_retry ON tuesday.waiting USING btree (retry_at);

CREATE INDEX waiting_by_service ON tuesday.waiting USING btree (county_id, service_id, priority, request_id);

CREATE INDEX waiting_by_version ON tuesday.waiting USING btree (county_id, register_version, request_id);

CREATE TRIGGER follow_capacity AFTER INSERT OR UPDATE OF capacity ON register.cadre FOR EACH ROW EXECUTE FUNCTION register.follow_capacity();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.agency FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.cadre FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.calendar_day FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.calendar_year FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.certificate FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.coverage FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.leave FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.post FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.service FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.service_centre FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.session FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.skill FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.town FOR EACH ROW EXECUTE FUNCTION register.keep_version();

CREATE TRIGGER keep_version BEFORE INSERT OR DELETE OR UPDATE ON register.village FOR EACH ROW EXECUTE FUNCTION register.keep_version();

ALTER TABLE ONLY register.agency
    ADD CONSTRAINT agency_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.agency
    ADD CONSTRAINT agency_town_id_fkey FOREIGN KEY (town_id) REFERENCES register.town(id);

ALTER TABLE ONLY register.cadre
    ADD CONSTRAINT cadre_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.cadre_load
    ADD CONSTRAINT cadre_load_cadre_id_fkey FOREIGN KEY (cadre_id) REFERENCES register.cadre(id);

ALTER TABLE ONLY register.cadre
    ADD CONSTRAINT cadre_post_id_fkey FOREIGN KEY (post_id) REFERENCES register.post(id);

ALTER TABLE ONLY register.calendar_day
    ADD CONSTRAINT calendar_day_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.calendar_year
    ADD CONSTRAINT calendar_year_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.certificate
    ADD CONSTRAINT certificate_cadre_id_fkey FOREIGN KEY (cadre_id) REFERENCES register.cadre(id);

ALTER TABLE ONLY register.certificate
    ADD CONSTRAINT certificate_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.certificate
    ADD CONSTRAINT certificate_skill_id_fkey FOREIGN KEY (skill_id) REFERENCES register.skill(id);

ALTER TABLE ONLY register.coverage
    ADD CONSTRAINT coverage_cadre_id_fkey FOREIGN KEY (cadre_id) REFERENCES register.cadre(id);

ALTER TABLE ONLY register.coverage
    ADD CONSTRAINT coverage_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.coverage
    ADD CONSTRAINT coverage_town_id_fkey FOREIGN KEY (town_id) REFERENCES register.town(id);

ALTER TABLE ONLY register.coverage
    ADD CONSTRAINT coverage_village_id_fkey FOREIGN KEY (village_id) REFERENCES register.village(id);

ALTER TABLE ONLY register.history
    ADD CONSTRAINT history_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.leave
    ADD CONSTRAINT leave_cadre_id_fkey FOREIGN KEY (cadre_id) REFERENCES register.cadre(id);

ALTER TABLE ONLY register.leave
    ADD CONSTRAINT leave_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.post
    ADD CONSTRAINT post_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES register.agency(id);

ALTER TABLE ONLY register.post
    ADD CONSTRAINT post_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.service_centre
    ADD CONSTRAINT service_centre_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.service_centre
    ADD CONSTRAINT service_centre_village_id_fkey FOREIGN KEY (village_id) REFERENCES register.village(id);

ALTER TABLE ONLY register.service
    ADD CONSTRAINT service_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.service
    ADD CONSTRAINT service_skill_id_fkey FOREIGN KEY (skill_id) REFERENCES register.skill(id);

ALTER TABLE ONLY register.session
    ADD CONSTRAINT session_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.skill
    ADD CONSTRAINT skill_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.town
    ADD CONSTRAINT town_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.town
    ADD CONSTRAINT town_lead_is_a_cadre FOREIGN KEY (lead_cadre_id) REFERENCES register.cadre(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY register.village
    ADD CONSTRAINT village_county_id_fkey FOREIGN KEY (county_id) REFERENCES register.county(id);

ALTER TABLE ONLY register.village
    ADD CONSTRAINT village_town_id_fkey FOREIGN KEY (town_id) REFERENCES register.town(id);

ALTER TABLE ONLY tuesday.lane
    ADD CONSTRAINT lane_log_id_fkey FOREIGN KEY (log_id) REFERENCES tuesday.log(id);

GRANT USAGE ON SCHEMA clock TO tuesday_intake;
GRANT USAGE ON SCHEMA clock TO tuesday_router;
GRANT USAGE ON SCHEMA clock TO tuesday_followup;
GRANT USAGE ON SCHEMA clock TO tuesday_stats;
GRANT USAGE ON SCHEMA clock TO tuesday_operator;
GRANT USAGE ON SCHEMA clock TO tuesday_analyst;

GRANT USAGE ON SCHEMA personal TO tuesday_intake;
GRANT USAGE ON SCHEMA personal TO tuesday_operator;

GRANT USAGE ON SCHEMA register TO tuesday_intake;
GRANT USAGE ON SCHEMA register TO tuesday_router;
GRANT USAGE ON SCHEMA register TO tuesday_followup;
GRANT USAGE ON SCHEMA register TO tuesday_stats;
GRANT USAGE ON SCHEMA register TO tuesday_operator;

GRANT USAGE ON SCHEMA report TO tuesday_analyst;
GRANT USAGE ON SCHEMA report TO tuesday_intake;
GRANT USAGE ON SCHEMA report TO tuesday_stats;
GRANT USAGE ON SCHEMA report TO tuesday_operator;

GRANT USAGE ON SCHEMA tuesday TO tuesday_intake;
GRANT USAGE ON SCHEMA tuesday TO tuesday_router;
GRANT USAGE ON SCHEMA tuesday TO tuesday_followup;
GRANT USAGE ON SCHEMA tuesday TO tuesday_stats;
GRANT USAGE ON SCHEMA tuesday TO tuesday_operator;

GRANT SELECT ON TABLE clock.virtual TO tuesday_intake;
GRANT SELECT ON TABLE clock.virtual TO tuesday_router;
GRANT SELECT ON TABLE clock.virtual TO tuesday_followup;
GRANT SELECT ON TABLE clock.virtual TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE clock.virtual TO tuesday_operator;
GRANT SELECT ON TABLE clock.virtual TO tuesday_analyst;

GRANT INSERT ON TABLE personal.access TO tuesday_intake;
GRANT INSERT ON TABLE personal.access TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE personal.note TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE personal.note TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE personal.submission TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE personal.submission TO tuesday_operator;

GRANT SELECT ON TABLE public.tuesday_migration TO PUBLIC;
GRANT INSERT,UPDATE ON TABLE public.tuesday_migration TO tuesday_owner;

GRANT SELECT ON TABLE register.agency TO tuesday_intake;
GRANT SELECT ON TABLE register.agency TO tuesday_router;
GRANT SELECT ON TABLE register.agency TO tuesday_followup;
GRANT SELECT ON TABLE register.agency TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.agency TO tuesday_operator;

GRANT SELECT ON TABLE register.cadre TO tuesday_intake;
GRANT SELECT ON TABLE register.cadre TO tuesday_router;
GRANT SELECT ON TABLE register.cadre TO tuesday_followup;
GRANT SELECT ON TABLE register.cadre TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.cadre TO tuesday_operator;

GRANT SELECT,UPDATE ON TABLE register.cadre_load TO tuesday_intake;
GRANT SELECT,UPDATE ON TABLE register.cadre_load TO tuesday_router;
GRANT SELECT,UPDATE ON TABLE register.cadre_load TO tuesday_followup;
GRANT SELECT ON TABLE register.cadre_load TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.cadre_load TO tuesday_operator;

GRANT SELECT ON TABLE register.calendar_day TO tuesday_intake;
GRANT SELECT ON TABLE register.calendar_day TO tuesday_router;
GRANT SELECT ON TABLE register.calendar_day TO tuesday_followup;
GRANT SELECT ON TABLE register.calendar_day TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.calendar_day TO tuesday_operator;

GRANT SELECT ON TABLE register.calendar_year TO tuesday_intake;
GRANT SELECT ON TABLE register.calendar_year TO tuesday_router;
GRANT SELECT ON TABLE register.calendar_year TO tuesday_followup;
GRANT SELECT ON TABLE register.calendar_year TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.calendar_year TO tuesday_operator;

GRANT SELECT ON TABLE register.certificate TO tuesday_intake;
GRANT SELECT ON TABLE register.certificate TO tuesday_router;
GRANT SELECT ON TABLE register.certificate TO tuesday_followup;
GRANT SELECT ON TABLE register.certificate TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.certificate TO tuesday_operator;

GRANT SELECT ON TABLE register.county TO tuesday_intake;
GRANT SELECT ON TABLE register.county TO tuesday_router;
GRANT SELECT ON TABLE register.county TO tuesday_followup;
GRANT SELECT ON TABLE register.county TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.county TO tuesday_operator;

GRANT SELECT ON TABLE register.coverage TO tuesday_intake;
GRANT SELECT ON TABLE register.coverage TO tuesday_router;
GRANT SELECT ON TABLE register.coverage TO tuesday_followup;
GRANT SELECT ON TABLE register.coverage TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.coverage TO tuesday_operator;

GRANT SELECT ON TABLE register.history TO tuesday_intake;
GRANT SELECT ON TABLE register.history TO tuesday_router;
GRANT SELECT ON TABLE register.history TO tuesday_followup;
GRANT SELECT ON TABLE register.history TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.history TO tuesday_operator;

GRANT SELECT ON TABLE register.leave TO tuesday_intake;
GRANT SELECT ON TABLE register.leave TO tuesday_router;
GRANT SELECT ON TABLE register.leave TO tuesday_followup;
GRANT SELECT ON TABLE register.leave TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.leave TO tuesday_operator;

GRANT SELECT ON TABLE register.post TO tuesday_intake;
GRANT SELECT ON TABLE register.post TO tuesday_router;
GRANT SELECT ON TABLE register.post TO tuesday_followup;
GRANT SELECT ON TABLE register.post TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.post TO tuesday_operator;

GRANT SELECT ON TABLE register.service TO tuesday_intake;
GRANT SELECT ON TABLE register.service TO tuesday_router;
GRANT SELECT ON TABLE register.service TO tuesday_followup;
GRANT SELECT ON TABLE register.service TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.service TO tuesday_operator;

GRANT SELECT ON TABLE register.service_centre TO tuesday_intake;
GRANT SELECT ON TABLE register.service_centre TO tuesday_router;
GRANT SELECT ON TABLE register.service_centre TO tuesday_followup;
GRANT SELECT ON TABLE register.service_centre TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.service_centre TO tuesday_operator;

GRANT SELECT ON TABLE register.session TO tuesday_intake;
GRANT SELECT ON TABLE register.session TO tuesday_router;
GRANT SELECT ON TABLE register.session TO tuesday_followup;
GRANT SELECT ON TABLE register.session TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.session TO tuesday_operator;

GRANT SELECT ON TABLE register.skill TO tuesday_intake;
GRANT SELECT ON TABLE register.skill TO tuesday_router;
GRANT SELECT ON TABLE register.skill TO tuesday_followup;
GRANT SELECT ON TABLE register.skill TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.skill TO tuesday_operator;

GRANT SELECT ON TABLE register.town TO tuesday_intake;
GRANT SELECT ON TABLE register.town TO tuesday_router;
GRANT SELECT ON TABLE register.town TO tuesday_followup;
GRANT SELECT ON TABLE register.town TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.town TO tuesday_operator;

GRANT SELECT ON TABLE register.village TO tuesday_intake;
GRANT SELECT ON TABLE register.village TO tuesday_router;
GRANT SELECT ON TABLE register.village TO tuesday_followup;
GRANT SELECT ON TABLE register.village TO tuesday_stats;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE register.village TO tuesday_operator;

GRANT SELECT,UPDATE ON TABLE tuesday.assignment TO tuesday_intake;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.assignment TO tuesday_router;
GRANT SELECT,UPDATE ON TABLE tuesday.assignment TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.assignment TO tuesday_stats;
GRANT SELECT,UPDATE ON TABLE tuesday.assignment TO tuesday_operator;

GRANT SELECT ON TABLE report.assignment TO tuesday_intake;
GRANT SELECT ON TABLE report.assignment TO tuesday_stats;
GRANT SELECT ON TABLE report.assignment TO tuesday_operator;
GRANT SELECT ON TABLE report.assignment TO tuesday_analyst;

GRANT SELECT ON TABLE report.cadre TO tuesday_intake;
GRANT SELECT ON TABLE report.cadre TO tuesday_stats;
GRANT SELECT ON TABLE report.cadre TO tuesday_operator;
GRANT SELECT ON TABLE report.cadre TO tuesday_analyst;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tuesday.statistic_village_hour TO tuesday_stats;
GRANT SELECT ON TABLE tuesday.statistic_village_hour TO tuesday_operator;
GRANT SELECT ON TABLE tuesday.statistic_village_hour TO tuesday_intake;

GRANT SELECT ON TABLE report.county_day TO tuesday_intake;
GRANT SELECT ON TABLE report.county_day TO tuesday_stats;
GRANT SELECT ON TABLE report.county_day TO tuesday_operator;
GRANT SELECT ON TABLE report.county_day TO tuesday_analyst;

GRANT SELECT ON TABLE report.county_hour TO tuesday_intake;
GRANT SELECT ON TABLE report.county_hour TO tuesday_stats;
GRANT SELECT ON TABLE report.county_hour TO tuesday_operator;
GRANT SELECT ON TABLE report.county_hour TO tuesday_analyst;

GRANT SELECT,INSERT ON TABLE tuesday.deadline TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE tuesday.deadline TO tuesday_router;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.deadline TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.deadline TO tuesday_stats;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.deadline TO tuesday_operator;

GRANT SELECT ON TABLE report.deadline TO tuesday_intake;
GRANT SELECT ON TABLE report.deadline TO tuesday_stats;
GRANT SELECT ON TABLE report.deadline TO tuesday_operator;
GRANT SELECT ON TABLE report.deadline TO tuesday_analyst;

GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.request TO tuesday_intake;
GRANT SELECT,UPDATE ON TABLE tuesday.request TO tuesday_router;
GRANT SELECT,UPDATE ON TABLE tuesday.request TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.request TO tuesday_stats;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.request TO tuesday_operator;

GRANT SELECT ON TABLE report.request TO tuesday_intake;
GRANT SELECT ON TABLE report.request TO tuesday_stats;
GRANT SELECT ON TABLE report.request TO tuesday_operator;
GRANT SELECT ON TABLE report.request TO tuesday_analyst;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tuesday.statistic_service_hour TO tuesday_stats;
GRANT SELECT ON TABLE tuesday.statistic_service_hour TO tuesday_operator;
GRANT SELECT ON TABLE tuesday.statistic_service_hour TO tuesday_intake;

GRANT SELECT ON TABLE report.service TO tuesday_intake;
GRANT SELECT ON TABLE report.service TO tuesday_stats;
GRANT SELECT ON TABLE report.service TO tuesday_operator;
GRANT SELECT ON TABLE report.service TO tuesday_analyst;

GRANT SELECT ON TABLE report.service_hour TO tuesday_intake;
GRANT SELECT ON TABLE report.service_hour TO tuesday_stats;
GRANT SELECT ON TABLE report.service_hour TO tuesday_operator;
GRANT SELECT ON TABLE report.service_hour TO tuesday_analyst;

GRANT SELECT ON TABLE report.town_hour TO tuesday_intake;
GRANT SELECT ON TABLE report.town_hour TO tuesday_stats;
GRANT SELECT ON TABLE report.town_hour TO tuesday_operator;
GRANT SELECT ON TABLE report.town_hour TO tuesday_analyst;

GRANT SELECT ON TABLE report.village TO tuesday_intake;
GRANT SELECT ON TABLE report.village TO tuesday_stats;
GRANT SELECT ON TABLE report.village TO tuesday_operator;
GRANT SELECT ON TABLE report.village TO tuesday_analyst;

GRANT SELECT ON TABLE report.village_hour TO tuesday_intake;
GRANT SELECT ON TABLE report.village_hour TO tuesday_stats;
GRANT SELECT ON TABLE report.village_hour TO tuesday_operator;
GRANT SELECT ON TABLE report.village_hour TO tuesday_analyst;

GRANT SELECT ON TABLE tuesday.changed_hour TO tuesday_intake;
GRANT SELECT ON TABLE tuesday.changed_hour TO tuesday_router;
GRANT SELECT ON TABLE tuesday.changed_hour TO tuesday_followup;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tuesday.changed_hour TO tuesday_stats;
GRANT SELECT,INSERT ON TABLE tuesday.changed_hour TO tuesday_operator;

GRANT SELECT ON TABLE tuesday.closed_window TO tuesday_intake;
GRANT SELECT ON TABLE tuesday.closed_window TO tuesday_router;
GRANT SELECT ON TABLE tuesday.closed_window TO tuesday_followup;
GRANT SELECT,INSERT ON TABLE tuesday.closed_window TO tuesday_stats;
GRANT SELECT ON TABLE tuesday.closed_window TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE tuesday.dead_letter TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE tuesday.dead_letter TO tuesday_router;
GRANT SELECT,INSERT ON TABLE tuesday.dead_letter TO tuesday_followup;
GRANT SELECT,INSERT ON TABLE tuesday.dead_letter TO tuesday_stats;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.dead_letter TO tuesday_operator;

GRANT SELECT ON TABLE tuesday.directory_entry TO tuesday_intake;
GRANT SELECT ON TABLE tuesday.directory_entry TO tuesday_router;
GRANT SELECT ON TABLE tuesday.directory_entry TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.directory_entry TO tuesday_stats;
GRANT SELECT,INSERT ON TABLE tuesday.directory_entry TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE tuesday.event TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE tuesday.event TO tuesday_router;
GRANT SELECT,INSERT ON TABLE tuesday.event TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.event TO tuesday_stats;
GRANT SELECT,INSERT ON TABLE tuesday.event TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE tuesday.feedback TO tuesday_intake;
GRANT SELECT ON TABLE tuesday.feedback TO tuesday_router;
GRANT SELECT ON TABLE tuesday.feedback TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.feedback TO tuesday_stats;
GRANT SELECT,INSERT ON TABLE tuesday.feedback TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE tuesday.idempotency_key TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE tuesday.idempotency_key TO tuesday_operator;

GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.lane TO tuesday_intake;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.lane TO tuesday_router;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.lane TO tuesday_followup;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.lane TO tuesday_stats;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.lane TO tuesday_operator;

GRANT SELECT,UPDATE ON SEQUENCE tuesday.lane_id_seq TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE tuesday.log TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE tuesday.log TO tuesday_router;
GRANT SELECT,INSERT ON TABLE tuesday.log TO tuesday_followup;
GRANT SELECT,INSERT ON TABLE tuesday.log TO tuesday_stats;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.log TO tuesday_operator;

GRANT SELECT,UPDATE ON SEQUENCE tuesday.log_id_seq TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE tuesday.notification TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE tuesday.notification TO tuesday_router;
GRANT SELECT,INSERT ON TABLE tuesday.notification TO tuesday_followup;
GRANT SELECT,INSERT ON TABLE tuesday.notification TO tuesday_stats;
GRANT SELECT,INSERT ON TABLE tuesday.notification TO tuesday_operator;

GRANT UPDATE(receipt_at) ON TABLE tuesday.notification TO tuesday_intake;
GRANT UPDATE(receipt_at) ON TABLE tuesday.notification TO tuesday_operator;

GRANT SELECT,INSERT,DELETE ON TABLE tuesday.parked TO tuesday_intake;
GRANT SELECT,INSERT,DELETE ON TABLE tuesday.parked TO tuesday_router;
GRANT SELECT,INSERT,DELETE ON TABLE tuesday.parked TO tuesday_followup;
GRANT SELECT,INSERT,DELETE ON TABLE tuesday.parked TO tuesday_stats;
GRANT SELECT,INSERT,DELETE ON TABLE tuesday.parked TO tuesday_operator;

GRANT UPDATE(since) ON TABLE tuesday.parked TO tuesday_intake;
GRANT UPDATE(since) ON TABLE tuesday.parked TO tuesday_router;
GRANT UPDATE(since) ON TABLE tuesday.parked TO tuesday_followup;
GRANT UPDATE(since) ON TABLE tuesday.parked TO tuesday_stats;
GRANT UPDATE(since) ON TABLE tuesday.parked TO tuesday_operator;

GRANT SELECT,INSERT ON TABLE tuesday.refusal TO tuesday_intake;
GRANT SELECT,INSERT ON TABLE tuesday.refusal TO tuesday_router;
GRANT SELECT,INSERT ON TABLE tuesday.refusal TO tuesday_followup;
GRANT SELECT,INSERT ON TABLE tuesday.refusal TO tuesday_stats;
GRANT SELECT,INSERT ON TABLE tuesday.refusal TO tuesday_operator;

GRANT SELECT ON TABLE tuesday.repetition TO tuesday_intake;
GRANT SELECT ON TABLE tuesday.repetition TO tuesday_router;
GRANT SELECT ON TABLE tuesday.repetition TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.repetition TO tuesday_stats;
GRANT SELECT,INSERT ON TABLE tuesday.repetition TO tuesday_operator;

GRANT SELECT ON TABLE tuesday.routing_sweep TO tuesday_intake;
GRANT SELECT,INSERT,UPDATE ON TABLE tuesday.routing_sweep TO tuesday_router;
GRANT SELECT ON TABLE tuesday.routing_sweep TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.routing_sweep TO tuesday_stats;
GRANT SELECT ON TABLE tuesday.routing_sweep TO tuesday_operator;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tuesday.statistic_fold TO tuesday_stats;
GRANT SELECT ON TABLE tuesday.statistic_fold TO tuesday_operator;
GRANT SELECT ON TABLE tuesday.statistic_fold TO tuesday_intake;

GRANT SELECT,DELETE ON TABLE tuesday.waiting TO tuesday_intake;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tuesday.waiting TO tuesday_router;
GRANT SELECT,DELETE ON TABLE tuesday.waiting TO tuesday_followup;
GRANT SELECT ON TABLE tuesday.waiting TO tuesday_stats;
GRANT SELECT,DELETE ON TABLE tuesday.waiting TO tuesday_operator;

ALTER DEFAULT PRIVILEGES FOR ROLE tuesday_owner IN SCHEMA report GRANT SELECT ON TABLES  TO tuesday_intake;
ALTER DEFAULT PRIVILEGES FOR ROLE tuesday_owner IN SCHEMA report GRANT SELECT ON TABLES  TO tuesday_stats;
ALTER DEFAULT PRIVILEGES FOR ROLE tuesday_owner IN SCHEMA report GRANT SELECT ON TABLES  TO tuesday_operator;
ALTER DEFAULT PRIVILEGES FOR ROLE tuesday_owner IN SCHEMA report GRANT SELECT ON TABLES  TO tuesday_analyst;
