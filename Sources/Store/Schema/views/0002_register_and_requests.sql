-- Requests, assignments and deadlines by their codes and words, without personal data.

create view report.request as
select
    r.id as request_id,
    c.code as county,
    t.code as town,
    v.code as village,
    a.code as service,
    (array['waiting', 'assigned', 'acknowledged', 'started', 'resolved', 'confirmed', 'withdrawn'])[r.state] as state,
    (array['routing', 'nobody_certified', 'certificate_not_valid', 'everyone_on_leave', 'everyone_at_capacity', 'everyone_declined'])[r.waiting_reason] as waiting_reason,
    o.code as owner,
    r.priority,
    r.submitted_at,
    r.accepted_at,
    r.assigned_at,
    r.acknowledged_at,
    r.resolved_at,
    r.closed_at,
    r.assignment as assignment_count,
    r.rating
from tuesday.request r
join register.county c on c.id = r.county_id
join register.town t on t.id = r.town_id
join register.village v on v.id = r.village_id
join register.service a on a.id = r.service_id
left join register.cadre o on o.id = r.owner_id;
comment on view report.request is 'One row per request, as it stands now. Source: the system of record. 每件请求一行';
comment on column report.request.village is 'village code 村编码';
comment on column report.request.town is 'town code 乡镇编码';
comment on column report.request.submitted_at is 'when the resident sent it 提交时间';
comment on column report.request.service is 'service code 事项编码';
comment on column report.request.resolved_at is 'when it was resolved 办结时间';
comment on column report.request.request_id is 'request 请求编号';
comment on column report.request.county is 'county code 县编码';
comment on column report.request.closed_at is 'when it was confirmed or withdrawn 关闭时间';
comment on column report.request.assignment_count is 'how often it was assigned 派单次数';
comment on column report.request.assigned_at is 'when it was assigned 派单时间';
comment on column report.request.acknowledged_at is 'when the owner acknowledged it 签收时间';
comment on column report.request.accepted_at is 'when it was accepted 受理时间';
comment on column report.request.state is 'waiting, assigned, acknowledged, started, resolved, confirmed, withdrawn 状态';
comment on column report.request.waiting_reason is 'why nobody owns it 等待原因';
comment on column report.request.owner is 'code of the cadre who has it now 当前承办干部编码';
comment on column report.request.priority is '1 urgent to 5 whenever 优先级';
comment on column report.request.rating is '1 to 5, given by the resident 居民评分';

create view report.assignment as
select
    s.request_id,
    c.code as county,
    s.number,
    d.code as cadre,
    (array['village', 'town', 'county_pool'])[s.rung] as rung,
    s.assigned_at,
    s.ended_at,
    s.register_version,
    s.policy_version
from tuesday.assignment s
join register.county c on c.id = s.county_id
join register.cadre d on d.id = s.cadre_id;
comment on view report.assignment is 'Who was given which request, when, on which rung of the ladder. 派单记录';
comment on column report.assignment.rung is 'village, town or county_pool: how far the search went 派单层级';
comment on column report.assignment.request_id is 'request 请求编号';
comment on column report.assignment.register_version is 'register version the decision saw 名册版本';
comment on column report.assignment.policy_version is 'routing policy the decision followed 派单规则版本';
comment on column report.assignment.number is '1 for the first assignment of the request 第几次派单';
comment on column report.assignment.ended_at is 'when the assignment ended; null while it stands 结束时间';
comment on column report.assignment.county is 'county code 县编码';
comment on column report.assignment.cadre is 'cadre code 干部编码';
comment on column report.assignment.assigned_at is 'when it was assigned 派单时间';

create view report.deadline as
select
    d.request_id,
    c.code as county,
    (array['acknowledge', 'resolve'])[d.kind] as kind,
    d.epoch,
    d.due_at,
    d.reminded_at,
    d.breached_at,
    d.escalated_at,
    d.met_at
from tuesday.deadline d
join register.county c on c.id = d.county_id;
comment on view report.deadline is 'Promises and what became of them. 时限';
comment on column report.deadline.request_id is 'request 请求编号';
comment on column report.deadline.reminded_at is 'when the owner was reminded 提醒时间';
comment on column report.deadline.met_at is 'when it was met 达成时间';
comment on column report.deadline.kind is 'acknowledge or resolve 时限类型';
comment on column report.deadline.escalated_at is 'when the town lead was told 升级时间';
comment on column report.deadline.epoch is 'assignment number (acknowledge) or timer epoch (resolve) 轮次';
comment on column report.deadline.due_at is 'when it was promised by 到期时间';
comment on column report.deadline.county is 'county code 县编码';
comment on column report.deadline.breached_at is 'when it was missed 超时时间';

create view report.cadre as
select
    c.code as county,
    d.code as cadre,
    d.name,
    p.name as post,
    l.open as open_count,
    l.capacity,
    d.is_active
from register.cadre d
join register.county c on c.id = d.county_id
join register.post p on p.id = d.post_id
join register.cadre_load l on l.cadre_id = d.id;
comment on view report.cadre is 'Cadres with how many requests each has open now. 干部在办件数';
comment on column report.cadre.post is 'post name 岗位';
comment on column report.cadre.open_count is 'requests open now 在办件数';
comment on column report.cadre.name is 'cadre name 姓名';
comment on column report.cadre.is_active is 'false once the cadre has left 是否在岗';
comment on column report.cadre.county is 'county code 县编码';
comment on column report.cadre.capacity is 'requests the cadre may own at once 承办上限';
comment on column report.cadre.cadre is 'cadre code 干部编码';

grant select on all tables in schema report to tuesday_analyst, tuesday_stats, tuesday_operator, tuesday_intake;
