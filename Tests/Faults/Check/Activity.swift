/// What was done in a run: where nothing was, nothing was found out.
struct Activity {
    var accepted = 0
    var moved = 0
    /// Events that were seen on the log for the first time.
    var published = 0

    /// A sentence about what is missing for the run to count; nil when it does.
    ///
    /// Every resident insists on answers until the end, and one cadre on a move. Each accepted request is one event at
    /// least, and its first move another.
    func shortfall(_ plan: RunPlan) -> String? {
        let residents = plan.numbers(of: .resident).count
        if accepted < residents { return "only \(accepted) submissions of \(residents) residents were accepted" }
        if moved < 1, !plan.numbers(of: .cadre).isEmpty { return "no move was accepted" }
        if published < accepted + moved { return "only \(published) events were published" }
        return nil
    }
}
