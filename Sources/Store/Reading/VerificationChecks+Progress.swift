import Contracts
import Domain

/// Rules about work that is done by now, each for the events that its group has read (see ``ReadMarks``): a system at work
/// is not blamed for its lag. Parked requests are left, and those whose events are still to leave once more. What a dead
/// letter holds up is told by the rule about dead letters.
extension VerificationChecks {
    static let progress = [
        // A fold counts what it reads, and before it what it missed.
        VerificationCheck(
            name: "every event that was read is counted", of: .stats,
            sql: """
                select format('request %s: its events up to %s were read, and counted up to %s', r.id, e.seq,
                    coalesce(f.last_seq, 0))
                from (
                    select v.request_id, max(v.seq) as seq
                    from tuesday.event v
                    join \(VerificationCheck.mark) on m.lane_id = v.lane_id and v.lane_seq <= m.through
                    group by v.request_id) e
                join tuesday.request r on r.id = e.request_id
                left join tuesday.statistic_fold f on f.request_id = r.id
                where coalesce(f.last_seq, 0) < e.seq
                  and \(isFollowed(by: .stats))
                """),
        // The router decides under the request's lock: what still waits undecided has had no event since the one it read.
        VerificationCheck(
            name: "no request that was read is forgotten by the router", of: .router,
            sql: """
                select format('request %s, accepted %s, waits to be routed, and the router has read of it', r.id, r.accepted_at)
                from tuesday.request r
                \(lastEvent([.received, .declined, .handedOver, .reopened]))
                where r.state = \(RequestState.waiting.rawValue) and r.waiting_reason = \(WaitingReason.routing.rawValue)
                  and not exists (select from tuesday.waiting w where w.request_id = r.id)
                  and \(isFollowed(by: .router))
                """),
        // What is open in the epoch of its last reopening was open when follow-up read of that.
        VerificationCheck(
            name: "a reopened request that was read has a new promise", of: .followup,
            sql: """
                select format('request %s in state %s was reopened %s times, and nothing is promised since', r.id, r.state,
                    r.timer_epoch)
                from tuesday.request r
                \(lastEvent([.reopened]))
                where r.state <= \(RequestState.started.rawValue) and r.timer_epoch > 0
                  and not exists (
                    select from tuesday.deadline d
                    where d.request_id = r.id and d.kind = \(DeadlineKind.resolve.rawValue) and d.epoch = r.timer_epoch)
                  and \(isFollowed(by: .followup))
                """),
        // Nothing is promised anew to a closed request, and what was promised follow-up settles when it reads of the end.
        VerificationCheck(
            name: "no closed request that was read has a live deadline", of: .followup,
            sql: """
                select format('request %s in state %s: deadline (kind %s, epoch %s) is still to fire at %s', r.id, r.state, d.kind,
                    d.epoch, d.next_at)
                from tuesday.request r
                join tuesday.deadline d on d.request_id = r.id and d.next_at is not null
                \(lastEvent([.resolved, .withdrawn]))
                where r.state > \(RequestState.started.rawValue)
                  and \(isFollowed(by: .followup))
                """),
        // Follow-up tells whoever waits for an answer that still stands when it reads of it. One that came with its request from
        // elsewhere, by one transaction, was known before.
        VerificationCheck(
            name: "of an answer that was read and stands the resident was told", of: .followup,
            sql: """
                select format('request %s was answered at %s (event %s), and its resident was not told', r.id, r.resolved_at, e.seq)
                from tuesday.request r
                \(lastEvent([.resolved]))
                where r.state = \(RequestState.resolved.rawValue)
                  and not exists (
                    select from tuesday.notification n
                    where n.request_id = r.id and n.template = 'resolved'
                      and (n.at > r.resolved_at - interval '1 minute' or exists (select from clock.virtual)))
                  and (r.assignment > 0 or r.timer_epoch > 0 or not exists (
                    select from tuesday.event v
                    where v.request_id = r.id and v.seq = 1 and v.lane_id = e.lane_id and v.lane_seq = e.lane_seq - e.seq + 1))
                  and \(isFollowed(by: .followup))
                """),
        // Also of a promise that was broken before, and of an answer that was confirmed since.
        VerificationCheck(
            name: "an answer that was read is written down as a promise kept", of: .followup,
            sql: """
                select format('request %s was answered (event %s), and its promise of epoch %s has no answer', r.id, e.seq, d.epoch)
                from tuesday.request r
                join tuesday.deadline d on d.request_id = r.id and d.kind = \(DeadlineKind.resolve.rawValue)
                    and d.epoch = r.timer_epoch and d.met_at is null
                \(lastEvent([.resolved]))
                where r.state in (\(RequestState.resolved.rawValue), \(RequestState.confirmed.rawValue))
                  and \(isFollowed(by: .followup))
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

    /// Joins to request `r` its last event of these types, if that was published up to the marks.
    private static func lastEvent(_ types: [EventType]) -> String {
        """
        cross join lateral (
            select v.lane_id, v.lane_seq, v.seq
            from tuesday.event v
            where v.request_id = r.id and v.type in (\(types.map { "\($0.rawValue)" }.joined(separator: ", ")))
            order by v.seq desc
            limit 1) e
        join \(VerificationCheck.mark) on m.lane_id = e.lane_id and e.lane_seq <= m.through
        """
    }

    /// The group does not leave request `r` alone, and no event of it is still to leave once more.
    private static func isFollowed(by group: ConsumerGroup) -> String {
        """
        not exists (
            select from tuesday.parked p
            where p.consumer_group = '\(group.rawValue)' and p.request_id = r.id)
          and not exists (
            select
            from tuesday.repetition p
            left join unnest($1::int[], $2::bigint[]) as q (lane_id, through) on q.lane_id = p.lane_id
            where p.request_id = r.id and p.lane_seq > coalesce(q.through, 0))
        """
    }
}
