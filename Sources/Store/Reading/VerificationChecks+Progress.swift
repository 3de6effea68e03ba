/// Rules about work that should have been done by now: each looks only once its worker has been idle for a minute, so
/// that a system at work is not blamed for its lag. What a dead letter holds up is told by the rule about dead letters.
extension VerificationChecks {
    static let progress = [
        VerificationCheck(
            name: "every event is counted",
            sql: """
                select format('request %s has events up to %s, statistics counted up to %s', r.id, r.last_seq,
                    coalesce(f.last_seq, 0))
                from tuesday.request r
                left join tuesday.statistic_fold f on f.request_id = r.id
                where f.last_seq is distinct from r.last_seq
                  and \(due("tuesday-stats"))
                """),
        VerificationCheck(
            name: "no request is forgotten by the router",
            sql: """
                select format('request %s, accepted %s, still waits to be routed', r.id, r.accepted_at)
                from tuesday.request r
                where r.state = 1 and r.waiting_reason = 1
                  and \(due("tuesday-router"))
                """),
        VerificationCheck(
            name: "every open request has a promise to be resolved, and no closed one a live deadline",
            sql: """
                select format('request %s in state %s: %s', r.id, r.state,
                    case when r.state <= 4 then 'no deadline to resolve' else 'a deadline is still to fire' end)
                from tuesday.request r
                left join tuesday.deadline d on d.request_id = r.id and d.kind = 2 and d.epoch = r.timer_epoch
                where ((r.state <= 4 and d.request_id is null) or (r.state > 4 and d.next_at is not null))
                  and \(due("tuesday-followup"))
                """),
        VerificationCheck(
            name: "no dead letter is open",
            sql: """
                select format('%s-%s of %s/%s offset %s, group %s: %s (%s)', lane_id, lane_seq, source_topic,
                    source_partition, source_offset, consumer_group, reason, detail)
                from tuesday.dead_letter
                where state = 'open'
                """),
        VerificationCheck(
            name: "a request is parked exactly while a dead letter of it is open",
            sql: """
                select format('request %s is %s by %s, and has %s open dead letters of it',
                    coalesce(p.request_id, l.request_id), case when p.request_id is null then 'not parked' else 'parked' end,
                    coalesce(p.consumer_group, l.consumer_group), coalesce(l.count, 0))
                from tuesday.parked p
                full join (
                    select request_id, consumer_group, count(*) as count
                    from tuesday.dead_letter
                    where state = 'open' and request_id is not null
                    group by 1, 2) l on l.request_id = p.request_id and l.consumer_group = p.consumer_group
                where p.request_id is null or l.request_id is null
                """),
    ]

    /// The group has been idle for a minute, and does not leave request `r` alone.
    private static func due(_ group: String) -> String {
        """
        (select max(l.progressed_at) from tuesday.lane l where l.consumer_group = '\(group)')
            < clock_timestamp() - interval '1 minute'
          and not exists (
            select from tuesday.parked p
            where p.consumer_group = '\(group)' and p.request_id = r.id)
        """
    }
}
