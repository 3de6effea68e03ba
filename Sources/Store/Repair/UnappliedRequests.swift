/// Requests of which some group has not applied every event, as far as the database shows.
///
/// What each group leaves behind when it has: statistics the number it counted last; the router an owner or a typed
/// reason; follow-up a promise for what is open, none that fires for what is not, and the last ones of what was taken up or
/// answered written down as kept, also those that were broken before. A wake-up for requests that wait leaves nothing
/// behind; their timers stand in for it.
enum UnappliedRequests {
    /// Columns `id, last_seq`. Reads the whole table of requests.
    static let sql = """
        select r.id, r.last_seq
        from tuesday.request r
        left join tuesday.statistic_fold f on f.request_id = r.id
        where f.last_seq is distinct from r.last_seq
           or (r.state = 1 and r.waiting_reason = 1)
           or (r.state <= 4 and not exists (
                select from tuesday.deadline d
                where d.request_id = r.id and d.kind = 2 and d.epoch = r.timer_epoch))
           or (r.state = 2 and not exists (
                select from tuesday.deadline d
                where d.request_id = r.id and d.kind = 1 and d.epoch = r.assignment))
           or (r.state = 5 and not exists (
                select from tuesday.deadline d
                where d.request_id = r.id and d.kind = 2 and d.epoch = r.timer_epoch))
           or exists (
                select from tuesday.deadline d
                where d.request_id = r.id
                  and d.met_at is null
                  and ((d.kind = 1 and d.epoch = r.assignment and r.state in (3, 4))
                    or (d.kind = 2 and d.epoch = r.timer_epoch and r.state in (5, 6))))
           or exists (
                select from tuesday.deadline d
                where d.request_id = r.id
                  and d.next_at is not null
                  and ((d.kind = 1 and r.state <> 2) or (d.kind = 2 and r.state > 4)))
        """
}
