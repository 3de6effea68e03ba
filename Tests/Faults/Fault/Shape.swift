/// What the runs of a campaign have in common.
struct Shape: Sendable {
    /// Of each worker; nil: as the plan has it.
    var copies: Int?
    /// Runs on one installation before it is replaced by a new one.
    var keep = 12
    /// Requests whose promises are broken at once.
    var overdue = 1_000
    /// PostgreSQL is on a disk that can be filled.
    var hasSmallDisk = false

    /// What the command line says of it; nothing where it is as usual.
    var words: [String] {
        let usual = Shape()
        var words: [String] = []
        if let copies { words.append("--copies \(copies)") }
        if keep != usual.keep { words.append("--keep \(keep)") }
        if overdue != usual.overdue { words.append("--overdue \(overdue)") }
        return words
    }
}
