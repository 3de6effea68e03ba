/// What an operator does to a server's backend, and how the server's log shows that it was done: what
/// `pg_cancel_backend` returns says only that a signal was sent, and one to an idle backend does nothing.
enum BackendEnd: String, CaseIterable {
    case cancelled = "pg_cancel_backend"
    case terminated = "pg_terminate_backend"

    var complaint: String {
        switch self {
        case .cancelled: "canceling statement due to user request"
        case .terminated: "terminating connection due to administrator command"
        }
    }

    /// Who has something to lose by it.
    var states: [String] {
        switch self {
        case .cancelled: ["active"]
        case .terminated: ["active", "idle in transaction"]
        }
    }

    struct Victim: Hashable {
        var process: Int
        var end: BackendEnd
    }

    /// How often each was done: as often as the log says so of those that were chosen, and no more often than they were.
    ///
    /// Others end backends too: a worker that waits too long cancels its own statement, and a claim ends whoever holds its lane.
    /// - Parameter log: lines as PostgreSQL writes them, with the process in brackets.
    static func counts(_ victims: [Victim], in log: [String]) -> [BackendEnd: Int] {
        var counts: [BackendEnd: Int] = [:]
        for (victim, chosen) in Dictionary(grouping: victims, by: { $0 }).mapValues(\.count) {
            let told = log.count { $0.contains("[\(victim.process)] ") && $0.contains(victim.end.complaint) }
            counts[victim.end, default: 0] += min(told, chosen)
        }
        return counts.filter { $0.value > 0 }
    }
}
