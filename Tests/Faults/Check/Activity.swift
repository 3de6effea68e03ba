/// What clients did in a run: where they did nothing, nothing was found out.
struct Activity {
    var accepted = 0
    var moved = 0
    /// Events that were seen on the log for the first time.
    var published = 0

    /// A sentence about what is missing for the run to count; nil when it does.
    ///
    /// Every resident insists on answers until the end, and one cadre on a move. That intakes answer is found out in another
    /// way (see ``Demand``): who did less than that was not at work for long enough.
    func shortfall(_ plan: RunPlan) -> String? {
        let residents = plan.numbers(of: .resident).count
        if accepted < residents { return "only \(accepted) submissions of \(residents) residents were accepted" }
        if moved < 1, !plan.numbers(of: .cadre).isEmpty { return "no move was accepted" }
        return nil
    }

    /// A sentence about events that are not on the log: each accepted request is one at least, and each move another.
    var unpublished: String? {
        guard published < accepted + moved else { return nil }
        return "I2: \(accepted) requests and \(moved) moves were accepted, and only \(published) events were published"
    }
}
