-- Figures, summed over the lanes' shards.

create view report.village_hour as
select
    c.code as county,
    t.code as town,
    v.code as village,
    v.name as village_name,
    s.hour,
    sum(s.received)::bigint as received,
    sum(s.assigned)::bigint as assigned,
    sum(s.reassigned)::bigint as reassigned,
    sum(s.acknowledged)::bigint as acknowledged,
    sum(s.resolved)::bigint as resolved,
    sum(s.resolved_outside)::bigint as resolved_outside,
    sum(s.declined)::bigint as declined,
    sum(s.handed_over)::bigint as handed_over,
    sum(s.confirmed)::bigint as confirmed,
    sum(s.reopened)::bigint as reopened,
    sum(s.withdrawn)::bigint as withdrawn,
    sum(s.breached_acknowledge)::bigint as breached_acknowledge,
    sum(s.breached_resolve)::bigint as breached_resolve,
    sum(s.escalated)::bigint as escalated,
    sum(s.rated)::bigint as rated,
    sum(s.rating_sum)::bigint as rating_sum,
    sum(s.seconds_to_assign)::bigint as seconds_to_assign,
    sum(s.seconds_to_resolve)::bigint as seconds_to_resolve,
    sum(s.waiting_routing)::bigint as waiting_routing,
    sum(s.waiting_nobody_certified)::bigint as waiting_nobody_certified,
    sum(s.waiting_certificate_not_valid)::bigint as waiting_certificate_not_valid,
    sum(s.waiting_everyone_on_leave)::bigint as waiting_everyone_on_leave,
    sum(s.waiting_everyone_at_capacity)::bigint as waiting_everyone_at_capacity,
    sum(s.waiting_everyone_declined)::bigint as waiting_everyone_declined
from tuesday.statistic_village_hour s
join register.county c on c.id = s.county_id
join register.town t on t.id = s.town_id
join register.village v on v.id = s.village_id
group by 1, 2, 3, 4, 5;
comment on view report.village_hour is 'Figures per village and hour (UTC instant of the hour''s start). Source: events. 每村每小时统计';
comment on column report.village_hour.village_name is 'village name 村名';
comment on column report.village_hour.village is 'village code 村编码';
comment on column report.village_hour.town is 'town code 乡镇编码';
comment on column report.village_hour.hour is 'instant at which the hour begins 小时起点';
comment on column report.village_hour.county is 'county code 县编码';
comment on column report.village_hour.received is 'requests accepted 受理';
comment on column report.village_hour.assigned is 'first assignments 首次派单';
comment on column report.village_hour.reassigned is 'later assignments 再次派单';
comment on column report.village_hour.acknowledged is 'acknowledged by the owner 已签收';
comment on column report.village_hour.resolved is 'resolved 已办结';
comment on column report.village_hour.resolved_outside is 'of these, resolved outside Tuesday 其中系统外办结';
comment on column report.village_hour.declined is 'declined by the owner 退回';
comment on column report.village_hour.handed_over is 'taken from a silent owner 移交';
comment on column report.village_hour.confirmed is 'confirmed by the resident 居民确认';
comment on column report.village_hour.reopened is 'reopened by the resident 重新打开';
comment on column report.village_hour.withdrawn is 'withdrawn by the resident 撤回';
comment on column report.village_hour.breached_acknowledge is 'acknowledge deadlines missed 签收超时';
comment on column report.village_hour.breached_resolve is 'resolve deadlines missed 办结超时';
comment on column report.village_hour.escalated is 'escalated to the town lead 升级';
comment on column report.village_hour.rated is 'ratings given 评价数';
comment on column report.village_hour.rating_sum is 'sum of ratings, 1 to 5 评分之和';
comment on column report.village_hour.seconds_to_assign is 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';
comment on column report.village_hour.seconds_to_resolve is 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';
comment on column report.village_hour.waiting_routing is 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';
comment on column report.village_hour.waiting_nobody_certified is 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';
comment on column report.village_hour.waiting_certificate_not_valid is 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';
comment on column report.village_hour.waiting_everyone_on_leave is 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';
comment on column report.village_hour.waiting_everyone_at_capacity is 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';
comment on column report.village_hour.waiting_everyone_declined is 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

create view report.town_hour as
select
    c.code as county,
    t.code as town,
    t.name as town_name,
    s.hour,
    sum(s.received)::bigint as received,
    sum(s.assigned)::bigint as assigned,
    sum(s.reassigned)::bigint as reassigned,
    sum(s.acknowledged)::bigint as acknowledged,
    sum(s.resolved)::bigint as resolved,
    sum(s.resolved_outside)::bigint as resolved_outside,
    sum(s.declined)::bigint as declined,
    sum(s.handed_over)::bigint as handed_over,
    sum(s.confirmed)::bigint as confirmed,
    sum(s.reopened)::bigint as reopened,
    sum(s.withdrawn)::bigint as withdrawn,
    sum(s.breached_acknowledge)::bigint as breached_acknowledge,
    sum(s.breached_resolve)::bigint as breached_resolve,
    sum(s.escalated)::bigint as escalated,
    sum(s.rated)::bigint as rated,
    sum(s.rating_sum)::bigint as rating_sum,
    sum(s.seconds_to_assign)::bigint as seconds_to_assign,
    sum(s.seconds_to_resolve)::bigint as seconds_to_resolve,
    sum(s.waiting_routing)::bigint as waiting_routing,
    sum(s.waiting_nobody_certified)::bigint as waiting_nobody_certified,
    sum(s.waiting_certificate_not_valid)::bigint as waiting_certificate_not_valid,
    sum(s.waiting_everyone_on_leave)::bigint as waiting_everyone_on_leave,
    sum(s.waiting_everyone_at_capacity)::bigint as waiting_everyone_at_capacity,
    sum(s.waiting_everyone_declined)::bigint as waiting_everyone_declined
from tuesday.statistic_village_hour s
join register.county c on c.id = s.county_id
join register.town t on t.id = s.town_id
group by 1, 2, 3, 4;
comment on view report.town_hour is 'Figures per town and hour. Source: events. 每乡镇每小时统计';
comment on column report.town_hour.town_name is 'town name 乡镇名';
comment on column report.town_hour.town is 'town code 乡镇编码';
comment on column report.town_hour.hour is 'instant at which the hour begins 小时起点';
comment on column report.town_hour.county is 'county code 县编码';
comment on column report.town_hour.received is 'requests accepted 受理';
comment on column report.town_hour.assigned is 'first assignments 首次派单';
comment on column report.town_hour.reassigned is 'later assignments 再次派单';
comment on column report.town_hour.acknowledged is 'acknowledged by the owner 已签收';
comment on column report.town_hour.resolved is 'resolved 已办结';
comment on column report.town_hour.resolved_outside is 'of these, resolved outside Tuesday 其中系统外办结';
comment on column report.town_hour.declined is 'declined by the owner 退回';
comment on column report.town_hour.handed_over is 'taken from a silent owner 移交';
comment on column report.town_hour.confirmed is 'confirmed by the resident 居民确认';
comment on column report.town_hour.reopened is 'reopened by the resident 重新打开';
comment on column report.town_hour.withdrawn is 'withdrawn by the resident 撤回';
comment on column report.town_hour.breached_acknowledge is 'acknowledge deadlines missed 签收超时';
comment on column report.town_hour.breached_resolve is 'resolve deadlines missed 办结超时';
comment on column report.town_hour.escalated is 'escalated to the town lead 升级';
comment on column report.town_hour.rated is 'ratings given 评价数';
comment on column report.town_hour.rating_sum is 'sum of ratings, 1 to 5 评分之和';
comment on column report.town_hour.seconds_to_assign is 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';
comment on column report.town_hour.seconds_to_resolve is 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';
comment on column report.town_hour.waiting_routing is 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';
comment on column report.town_hour.waiting_nobody_certified is 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';
comment on column report.town_hour.waiting_certificate_not_valid is 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';
comment on column report.town_hour.waiting_everyone_on_leave is 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';
comment on column report.town_hour.waiting_everyone_at_capacity is 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';
comment on column report.town_hour.waiting_everyone_declined is 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

create view report.county_hour as
select
    c.code as county,
    c.name as county_name,
    s.hour,
    sum(s.received)::bigint as received,
    sum(s.assigned)::bigint as assigned,
    sum(s.reassigned)::bigint as reassigned,
    sum(s.acknowledged)::bigint as acknowledged,
    sum(s.resolved)::bigint as resolved,
    sum(s.resolved_outside)::bigint as resolved_outside,
    sum(s.declined)::bigint as declined,
    sum(s.handed_over)::bigint as handed_over,
    sum(s.confirmed)::bigint as confirmed,
    sum(s.reopened)::bigint as reopened,
    sum(s.withdrawn)::bigint as withdrawn,
    sum(s.breached_acknowledge)::bigint as breached_acknowledge,
    sum(s.breached_resolve)::bigint as breached_resolve,
    sum(s.escalated)::bigint as escalated,
    sum(s.rated)::bigint as rated,
    sum(s.rating_sum)::bigint as rating_sum,
    sum(s.seconds_to_assign)::bigint as seconds_to_assign,
    sum(s.seconds_to_resolve)::bigint as seconds_to_resolve,
    sum(s.waiting_routing)::bigint as waiting_routing,
    sum(s.waiting_nobody_certified)::bigint as waiting_nobody_certified,
    sum(s.waiting_certificate_not_valid)::bigint as waiting_certificate_not_valid,
    sum(s.waiting_everyone_on_leave)::bigint as waiting_everyone_on_leave,
    sum(s.waiting_everyone_at_capacity)::bigint as waiting_everyone_at_capacity,
    sum(s.waiting_everyone_declined)::bigint as waiting_everyone_declined
from tuesday.statistic_village_hour s
join register.county c on c.id = s.county_id
group by 1, 2, 3;
comment on view report.county_hour is 'Figures per county and hour. Source: events. 全县每小时统计';
comment on column report.county_hour.hour is 'instant at which the hour begins 小时起点';
comment on column report.county_hour.county_name is 'county name 县名';
comment on column report.county_hour.county is 'county code 县编码';
comment on column report.county_hour.received is 'requests accepted 受理';
comment on column report.county_hour.assigned is 'first assignments 首次派单';
comment on column report.county_hour.reassigned is 'later assignments 再次派单';
comment on column report.county_hour.acknowledged is 'acknowledged by the owner 已签收';
comment on column report.county_hour.resolved is 'resolved 已办结';
comment on column report.county_hour.resolved_outside is 'of these, resolved outside Tuesday 其中系统外办结';
comment on column report.county_hour.declined is 'declined by the owner 退回';
comment on column report.county_hour.handed_over is 'taken from a silent owner 移交';
comment on column report.county_hour.confirmed is 'confirmed by the resident 居民确认';
comment on column report.county_hour.reopened is 'reopened by the resident 重新打开';
comment on column report.county_hour.withdrawn is 'withdrawn by the resident 撤回';
comment on column report.county_hour.breached_acknowledge is 'acknowledge deadlines missed 签收超时';
comment on column report.county_hour.breached_resolve is 'resolve deadlines missed 办结超时';
comment on column report.county_hour.escalated is 'escalated to the town lead 升级';
comment on column report.county_hour.rated is 'ratings given 评价数';
comment on column report.county_hour.rating_sum is 'sum of ratings, 1 to 5 评分之和';
comment on column report.county_hour.seconds_to_assign is 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';
comment on column report.county_hour.seconds_to_resolve is 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';
comment on column report.county_hour.waiting_routing is 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_hour.waiting_nobody_certified is 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_hour.waiting_certificate_not_valid is 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_hour.waiting_everyone_on_leave is 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_hour.waiting_everyone_at_capacity is 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_hour.waiting_everyone_declined is 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

create view report.service_hour as
select
    c.code as county,
    t.code as town,
    a.code as service,
    a.name as service_name,
    s.hour,
    sum(s.received)::bigint as received,
    sum(s.assigned)::bigint as assigned,
    sum(s.reassigned)::bigint as reassigned,
    sum(s.acknowledged)::bigint as acknowledged,
    sum(s.resolved)::bigint as resolved,
    sum(s.resolved_outside)::bigint as resolved_outside,
    sum(s.declined)::bigint as declined,
    sum(s.handed_over)::bigint as handed_over,
    sum(s.confirmed)::bigint as confirmed,
    sum(s.reopened)::bigint as reopened,
    sum(s.withdrawn)::bigint as withdrawn,
    sum(s.breached_acknowledge)::bigint as breached_acknowledge,
    sum(s.breached_resolve)::bigint as breached_resolve,
    sum(s.escalated)::bigint as escalated,
    sum(s.rated)::bigint as rated,
    sum(s.rating_sum)::bigint as rating_sum,
    sum(s.seconds_to_assign)::bigint as seconds_to_assign,
    sum(s.seconds_to_resolve)::bigint as seconds_to_resolve,
    sum(s.waiting_routing)::bigint as waiting_routing,
    sum(s.waiting_nobody_certified)::bigint as waiting_nobody_certified,
    sum(s.waiting_certificate_not_valid)::bigint as waiting_certificate_not_valid,
    sum(s.waiting_everyone_on_leave)::bigint as waiting_everyone_on_leave,
    sum(s.waiting_everyone_at_capacity)::bigint as waiting_everyone_at_capacity,
    sum(s.waiting_everyone_declined)::bigint as waiting_everyone_declined
from tuesday.statistic_service_hour s
join register.county c on c.id = s.county_id
join register.town t on t.id = s.town_id
join register.service a on a.id = s.service_id
group by 1, 2, 3, 4, 5;
comment on view report.service_hour is 'Figures per town, service and hour. Source: events. 每乡镇每事项每小时统计';
comment on column report.service_hour.town is 'town code 乡镇编码';
comment on column report.service_hour.service_name is 'service name 事项名称';
comment on column report.service_hour.service is 'service code 事项编码';
comment on column report.service_hour.hour is 'instant at which the hour begins 小时起点';
comment on column report.service_hour.county is 'county code 县编码';
comment on column report.service_hour.received is 'requests accepted 受理';
comment on column report.service_hour.assigned is 'first assignments 首次派单';
comment on column report.service_hour.reassigned is 'later assignments 再次派单';
comment on column report.service_hour.acknowledged is 'acknowledged by the owner 已签收';
comment on column report.service_hour.resolved is 'resolved 已办结';
comment on column report.service_hour.resolved_outside is 'of these, resolved outside Tuesday 其中系统外办结';
comment on column report.service_hour.declined is 'declined by the owner 退回';
comment on column report.service_hour.handed_over is 'taken from a silent owner 移交';
comment on column report.service_hour.confirmed is 'confirmed by the resident 居民确认';
comment on column report.service_hour.reopened is 'reopened by the resident 重新打开';
comment on column report.service_hour.withdrawn is 'withdrawn by the resident 撤回';
comment on column report.service_hour.breached_acknowledge is 'acknowledge deadlines missed 签收超时';
comment on column report.service_hour.breached_resolve is 'resolve deadlines missed 办结超时';
comment on column report.service_hour.escalated is 'escalated to the town lead 升级';
comment on column report.service_hour.rated is 'ratings given 评价数';
comment on column report.service_hour.rating_sum is 'sum of ratings, 1 to 5 评分之和';
comment on column report.service_hour.seconds_to_assign is 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';
comment on column report.service_hour.seconds_to_resolve is 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';
comment on column report.service_hour.waiting_routing is 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';
comment on column report.service_hour.waiting_nobody_certified is 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';
comment on column report.service_hour.waiting_certificate_not_valid is 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';
comment on column report.service_hour.waiting_everyone_on_leave is 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';
comment on column report.service_hour.waiting_everyone_at_capacity is 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';
comment on column report.service_hour.waiting_everyone_declined is 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

create view report.county_day as
select
    c.code as county,
    (s.hour at time zone make_interval(mins => c.utc_offset_minutes))::date as day,
    sum(s.received)::bigint as received,
    sum(s.assigned)::bigint as assigned,
    sum(s.reassigned)::bigint as reassigned,
    sum(s.acknowledged)::bigint as acknowledged,
    sum(s.resolved)::bigint as resolved,
    sum(s.resolved_outside)::bigint as resolved_outside,
    sum(s.declined)::bigint as declined,
    sum(s.handed_over)::bigint as handed_over,
    sum(s.confirmed)::bigint as confirmed,
    sum(s.reopened)::bigint as reopened,
    sum(s.withdrawn)::bigint as withdrawn,
    sum(s.breached_acknowledge)::bigint as breached_acknowledge,
    sum(s.breached_resolve)::bigint as breached_resolve,
    sum(s.escalated)::bigint as escalated,
    sum(s.rated)::bigint as rated,
    sum(s.rating_sum)::bigint as rating_sum,
    sum(s.seconds_to_assign)::bigint as seconds_to_assign,
    sum(s.seconds_to_resolve)::bigint as seconds_to_resolve,
    sum(s.waiting_routing)::bigint as waiting_routing,
    sum(s.waiting_nobody_certified)::bigint as waiting_nobody_certified,
    sum(s.waiting_certificate_not_valid)::bigint as waiting_certificate_not_valid,
    sum(s.waiting_everyone_on_leave)::bigint as waiting_everyone_on_leave,
    sum(s.waiting_everyone_at_capacity)::bigint as waiting_everyone_at_capacity,
    sum(s.waiting_everyone_declined)::bigint as waiting_everyone_declined
from tuesday.statistic_village_hour s
join register.county c on c.id = s.county_id
group by 1, 2;
comment on view report.county_day is 'Figures per county and local day. Source: events. 全县每日统计';
comment on column report.county_day.day is 'local day 当地日期';
comment on column report.county_day.county is 'county code 县编码';
comment on column report.county_day.received is 'requests accepted 受理';
comment on column report.county_day.assigned is 'first assignments 首次派单';
comment on column report.county_day.reassigned is 'later assignments 再次派单';
comment on column report.county_day.acknowledged is 'acknowledged by the owner 已签收';
comment on column report.county_day.resolved is 'resolved 已办结';
comment on column report.county_day.resolved_outside is 'of these, resolved outside Tuesday 其中系统外办结';
comment on column report.county_day.declined is 'declined by the owner 退回';
comment on column report.county_day.handed_over is 'taken from a silent owner 移交';
comment on column report.county_day.confirmed is 'confirmed by the resident 居民确认';
comment on column report.county_day.reopened is 'reopened by the resident 重新打开';
comment on column report.county_day.withdrawn is 'withdrawn by the resident 撤回';
comment on column report.county_day.breached_acknowledge is 'acknowledge deadlines missed 签收超时';
comment on column report.county_day.breached_resolve is 'resolve deadlines missed 办结超时';
comment on column report.county_day.escalated is 'escalated to the town lead 升级';
comment on column report.county_day.rated is 'ratings given 评价数';
comment on column report.county_day.rating_sum is 'sum of ratings, 1 to 5 评分之和';
comment on column report.county_day.seconds_to_assign is 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';
comment on column report.county_day.seconds_to_resolve is 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';
comment on column report.county_day.waiting_routing is 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_day.waiting_nobody_certified is 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_day.waiting_certificate_not_valid is 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_day.waiting_everyone_on_leave is 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_day.waiting_everyone_at_capacity is 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';
comment on column report.county_day.waiting_everyone_declined is 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

create view report.village as
select
    c.code as county,
    t.code as town,
    v.code as village,
    v.name as village_name,
    sum(s.received)::bigint as received,
    sum(s.assigned)::bigint as assigned,
    sum(s.reassigned)::bigint as reassigned,
    sum(s.acknowledged)::bigint as acknowledged,
    sum(s.resolved)::bigint as resolved,
    sum(s.resolved_outside)::bigint as resolved_outside,
    sum(s.declined)::bigint as declined,
    sum(s.handed_over)::bigint as handed_over,
    sum(s.confirmed)::bigint as confirmed,
    sum(s.reopened)::bigint as reopened,
    sum(s.withdrawn)::bigint as withdrawn,
    sum(s.breached_acknowledge)::bigint as breached_acknowledge,
    sum(s.breached_resolve)::bigint as breached_resolve,
    sum(s.escalated)::bigint as escalated,
    sum(s.rated)::bigint as rated,
    sum(s.rating_sum)::bigint as rating_sum,
    sum(s.seconds_to_assign)::bigint as seconds_to_assign,
    sum(s.seconds_to_resolve)::bigint as seconds_to_resolve,
    sum(s.waiting_routing)::bigint as waiting_routing,
    sum(s.waiting_nobody_certified)::bigint as waiting_nobody_certified,
    sum(s.waiting_certificate_not_valid)::bigint as waiting_certificate_not_valid,
    sum(s.waiting_everyone_on_leave)::bigint as waiting_everyone_on_leave,
    sum(s.waiting_everyone_at_capacity)::bigint as waiting_everyone_at_capacity,
    sum(s.waiting_everyone_declined)::bigint as waiting_everyone_declined
from tuesday.statistic_village_hour s
join register.county c on c.id = s.county_id
join register.town t on t.id = s.town_id
join register.village v on v.id = s.village_id
group by 1, 2, 3, 4;
comment on view report.village is 'Figures per village since the beginning. Source: events. 每村累计';
comment on column report.village.village_name is 'village name 村名';
comment on column report.village.village is 'village code 村编码';
comment on column report.village.town is 'town code 乡镇编码';
comment on column report.village.county is 'county code 县编码';
comment on column report.village.received is 'requests accepted 受理';
comment on column report.village.assigned is 'first assignments 首次派单';
comment on column report.village.reassigned is 'later assignments 再次派单';
comment on column report.village.acknowledged is 'acknowledged by the owner 已签收';
comment on column report.village.resolved is 'resolved 已办结';
comment on column report.village.resolved_outside is 'of these, resolved outside Tuesday 其中系统外办结';
comment on column report.village.declined is 'declined by the owner 退回';
comment on column report.village.handed_over is 'taken from a silent owner 移交';
comment on column report.village.confirmed is 'confirmed by the resident 居民确认';
comment on column report.village.reopened is 'reopened by the resident 重新打开';
comment on column report.village.withdrawn is 'withdrawn by the resident 撤回';
comment on column report.village.breached_acknowledge is 'acknowledge deadlines missed 签收超时';
comment on column report.village.breached_resolve is 'resolve deadlines missed 办结超时';
comment on column report.village.escalated is 'escalated to the town lead 升级';
comment on column report.village.rated is 'ratings given 评价数';
comment on column report.village.rating_sum is 'sum of ratings, 1 to 5 评分之和';
comment on column report.village.seconds_to_assign is 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';
comment on column report.village.seconds_to_resolve is 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';
comment on column report.village.waiting_routing is 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';
comment on column report.village.waiting_nobody_certified is 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';
comment on column report.village.waiting_certificate_not_valid is 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';
comment on column report.village.waiting_everyone_on_leave is 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';
comment on column report.village.waiting_everyone_at_capacity is 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';
comment on column report.village.waiting_everyone_declined is 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

create view report.service as
select
    c.code as county,
    a.code as service,
    a.name as service_name,
    sum(s.received)::bigint as received,
    sum(s.assigned)::bigint as assigned,
    sum(s.reassigned)::bigint as reassigned,
    sum(s.acknowledged)::bigint as acknowledged,
    sum(s.resolved)::bigint as resolved,
    sum(s.resolved_outside)::bigint as resolved_outside,
    sum(s.declined)::bigint as declined,
    sum(s.handed_over)::bigint as handed_over,
    sum(s.confirmed)::bigint as confirmed,
    sum(s.reopened)::bigint as reopened,
    sum(s.withdrawn)::bigint as withdrawn,
    sum(s.breached_acknowledge)::bigint as breached_acknowledge,
    sum(s.breached_resolve)::bigint as breached_resolve,
    sum(s.escalated)::bigint as escalated,
    sum(s.rated)::bigint as rated,
    sum(s.rating_sum)::bigint as rating_sum,
    sum(s.seconds_to_assign)::bigint as seconds_to_assign,
    sum(s.seconds_to_resolve)::bigint as seconds_to_resolve,
    sum(s.waiting_routing)::bigint as waiting_routing,
    sum(s.waiting_nobody_certified)::bigint as waiting_nobody_certified,
    sum(s.waiting_certificate_not_valid)::bigint as waiting_certificate_not_valid,
    sum(s.waiting_everyone_on_leave)::bigint as waiting_everyone_on_leave,
    sum(s.waiting_everyone_at_capacity)::bigint as waiting_everyone_at_capacity,
    sum(s.waiting_everyone_declined)::bigint as waiting_everyone_declined
from tuesday.statistic_service_hour s
join register.county c on c.id = s.county_id
join register.service a on a.id = s.service_id
group by 1, 2, 3;
comment on view report.service is 'Figures per service since the beginning. Source: events. 每事项累计';
comment on column report.service.service_name is 'service name 事项名称';
comment on column report.service.service is 'service code 事项编码';
comment on column report.service.county is 'county code 县编码';
comment on column report.service.received is 'requests accepted 受理';
comment on column report.service.assigned is 'first assignments 首次派单';
comment on column report.service.reassigned is 'later assignments 再次派单';
comment on column report.service.acknowledged is 'acknowledged by the owner 已签收';
comment on column report.service.resolved is 'resolved 已办结';
comment on column report.service.resolved_outside is 'of these, resolved outside Tuesday 其中系统外办结';
comment on column report.service.declined is 'declined by the owner 退回';
comment on column report.service.handed_over is 'taken from a silent owner 移交';
comment on column report.service.confirmed is 'confirmed by the resident 居民确认';
comment on column report.service.reopened is 'reopened by the resident 重新打开';
comment on column report.service.withdrawn is 'withdrawn by the resident 撤回';
comment on column report.service.breached_acknowledge is 'acknowledge deadlines missed 签收超时';
comment on column report.service.breached_resolve is 'resolve deadlines missed 办结超时';
comment on column report.service.escalated is 'escalated to the town lead 升级';
comment on column report.service.rated is 'ratings given 评价数';
comment on column report.service.rating_sum is 'sum of ratings, 1 to 5 评分之和';
comment on column report.service.seconds_to_assign is 'sum over first assignments, seconds from acceptance 派单用时之和（秒）';
comment on column report.service.seconds_to_resolve is 'sum over resolutions, seconds from acceptance 办结用时之和（秒）';
comment on column report.service.waiting_routing is 'change in requests waiting for this reason (routing); the sum over all hours is how many wait now 等待数变化';
comment on column report.service.waiting_nobody_certified is 'change in requests waiting for this reason (nobody_certified); the sum over all hours is how many wait now 等待数变化';
comment on column report.service.waiting_certificate_not_valid is 'change in requests waiting for this reason (certificate_not_valid); the sum over all hours is how many wait now 等待数变化';
comment on column report.service.waiting_everyone_on_leave is 'change in requests waiting for this reason (everyone_on_leave); the sum over all hours is how many wait now 等待数变化';
comment on column report.service.waiting_everyone_at_capacity is 'change in requests waiting for this reason (everyone_at_capacity); the sum over all hours is how many wait now 等待数变化';
comment on column report.service.waiting_everyone_declined is 'change in requests waiting for this reason (everyone_declined); the sum over all hours is how many wait now 等待数变化';

