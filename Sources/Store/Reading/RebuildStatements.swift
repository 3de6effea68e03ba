import PostgresClient

/// The statement that finds what a log that began empty has to hold again.
public enum RebuildStatements {
    /// Every event of the next requests that the router, follow-up or statistics has not fully applied. `$1` after which
    /// request, `$2` how many.
    public static let unread: PostgresStatement = """
        select e.request_id, e.seq, e.type, e.at, e.body
        from (
            select r.id
            from tuesday.request r
            left join tuesday.statistic_fold f on f.request_id = r.id
            where r.id > $1
              and ((r.state = 1 and r.waiting_reason = 1)
                or f.last_seq is null
                or f.last_seq < r.last_seq
                or (r.state <= 4 and not exists (
                    select from tuesday.deadline d
                    where d.request_id = r.id and d.kind = 2 and d.epoch = r.timer_epoch))
                or (r.state = 2 and not exists (
                    select from tuesday.deadline d
                    where d.request_id = r.id and d.kind = 1 and d.epoch = r.assignment)))
            order by r.id
            limit $2) unread
        join tuesday.event e on e.request_id = unread.id
        order by e.request_id, e.seq
        """
}
