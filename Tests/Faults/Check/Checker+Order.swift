import Domain
import PostgresClient

/// I3 as clients can tell: what came after an answer happened after it.
extension Checker {
    func order() async throws -> [String] {
        let entries = history.entries
        guard let beginning = entries.first?.invoked else { return [] }
        let calls = entries.enumerated().compactMap { number, entry -> RealTimeOrder.Call? in
            guard case .move(let request, let move, let actor, let after) = entry.call else { return nil }
            return RealTimeOrder.Call(
                number: number, request: request, move: move, actor: actor, after: after, invoked: entry.invoked - beginning,
                returned: entry.returned.map { $0 - beginning }, outcome: entry.outcome)
        }
        return RealTimeOrder.problems(calls, try await lives(of: Set(calls.map(\.request))))
    }

    /// By request its events, with who was given it and what was said.
    private func lives(of requests: Set<String>) async throws -> [String: [RealTimeOrder.Event]] {
        let assigned = EventType.assigned.rawValue
        let sql = """
            select e.request_id::text, e.seq, e.type, n.text, 'cadre:' || c.code
            from (
                select v.request_id, v.seq, v.type,
                    count(*) filter (where v.type = \(assigned)) over (partition by v.request_id order by v.seq) as number
                from tuesday.event v
                where v.request_id = any($1::text[]::uuid[])) e
            left join personal.note n on n.request_id = e.request_id and n.seq = e.seq
            left join tuesday.assignment a on e.type = \(assigned) and a.request_id = e.request_id and a.number = e.number
            left join register.cadre c on c.id = a.cadre_id
            order by e.request_id, e.seq
            """
        return try await installation.ask { connection in
            var lives: [String: [RealTimeOrder.Event]] = [:]
            for row in try await connection.query(PostgresStatement(unprepared: sql), [.texts(Array(requests))]) {
                lives[try row.string(0), default: []].append(
                    RealTimeOrder.Event(
                        seq: Int(try row.int32(1)), type: try row.int16(2), mark: try row.optionalString(3),
                        owner: try row.optionalString(4)))
            }
            return lives
        }
    }
}
