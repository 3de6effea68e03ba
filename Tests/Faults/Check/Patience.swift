/// How long something may take after everything was healed.
///
/// Brokers forget nothing that they were told to answer: while they have some of it still to give, nothing is healed. Where
/// nobody asks them for it, nobody does anything: that has an end as well, after as long again.
struct Patience {
    private let patience: Duration
    private let last: ContinuousClock.Instant
    private(set) var deadline: ContinuousClock.Instant

    init(_ patience: Duration, from healed: ContinuousClock.Instant) {
        self.patience = patience
        deadline = healed + patience
        last = deadline + patience
    }

    /// Takes how it stands at an instant before the deadline.
    mutating func look(isHealed: Bool, at now: ContinuousClock.Instant) {
        if !isHealed { deadline = max(deadline, min(now + patience, last)) }
    }
}
