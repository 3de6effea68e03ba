import Glibc

/// What an operator does to a server's backend, and how the server's log shows that it was done: a signal to one that is idle
/// just then cancels nothing.
enum BackendEnd: String, CaseIterable, Sendable {
    /// As `pg_cancel_backend` does.
    case cancelled
    /// As `pg_terminate_backend` does.
    case terminated

    var signal: Int32 {
        switch self {
        case .cancelled: SIGINT
        case .terminated: SIGTERM
        }
    }

    var complaint: String {
        switch self {
        case .cancelled: "canceling statement due to user request"
        case .terminated: "terminating connection due to administrator command"
        }
    }

    struct Victim: Hashable, Sendable {
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
