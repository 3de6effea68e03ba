import Domain

/// Rules about the path of a request's states. Events and the request's row are one transaction, so they hold at every
/// moment.
///
/// One pass over the events, sorted by their key, narrow: a million events take a second or two for each rule.
extension VerificationChecks {
    static let path = [
        VerificationCheck(
            name: "the path of a request's states is legal",
            sql: """
                with \(meaning), legal (type, state) as (values \(legal))
                select format('request %s was %s in state %s (event %s)', p.request_id,
                    coalesce(p.word, 'changed by the unknown type ' || p.type), p.state, p.seq)
                from (
                    select e.request_id, e.seq, e.type, m.word,
                        coalesce(max(case when m.after > 0 then e.seq::bigint * 8 + m.after end) over earlier, 0) % 8 as state
                    from tuesday.event e
                    left join meaning m on m.type = e.type
                    window earlier as (
                        partition by e.request_id order by e.seq rows between unbounded preceding and 1 preceding)) p
                where not exists (select from legal l where l.type = p.type and l.state = p.state)
                """),
        VerificationCheck(
            name: "a request stands where its events lead",
            sql: """
                with \(meaning)
                select format('request %s is in state %s, assigned %s and reopened %s times, rated %s; its events say %s, %s, %s, %s',
                    r.id, r.state, r.assignment, r.timer_epoch, coalesce(r.rating::text, 'never'), e.state, e.assigned,
                    e.reopened, e.rated)
                from tuesday.request r
                join (
                    select v.request_id, coalesce(max(case when m.after > 0 then v.seq::bigint * 8 + m.after end), 0) % 8 as state,
                        count(*) filter (where v.type = \(EventType.assigned.rawValue)) as assigned,
                        count(*) filter (where v.type = \(EventType.reopened.rawValue)) as reopened,
                        count(*) filter (where v.type = \(EventType.rated.rawValue)) as rated
                    from tuesday.event v
                    left join meaning m on m.type = v.type
                    group by v.request_id) e on e.request_id = r.id
                where e.state <> r.state or e.assigned <> r.assignment or e.reopened <> r.timer_epoch
                   or e.rated <> case when r.rating is null then 0 else 1 end
                """),
    ]

    /// Each event's word and the state after it; 0: as before.
    private static let meaning =
        "meaning (type, word, after) as (values "
        + EventType.allCases.map { "(\($0.rawValue), '\($0.word)', \(RequestPath.state(after: $0)?.rawValue ?? 0))" }
        .joined(separator: ", ") + ")"

    /// Each event with the states it may happen in; 0: there is no request yet.
    private static let legal = EventType.allCases.flatMap { type in
        RequestPath.states(before: type).map { "(\(type.rawValue), \($0?.rawValue ?? 0))" }
    }.joined(separator: ", ")
}
