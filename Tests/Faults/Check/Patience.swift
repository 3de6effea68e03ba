/// How long something may take after everything was healed.
///
/// It is not over while it comes nearer: a slow machine that has much to catch up with is no standstill. Brokers forget
/// nothing that they were told to answer either: while they have some of it still to give, nothing is healed. Neither goes on
/// for ever: after four times as long it is over all the same.
struct Patience {
    private let patience: Duration
    private let last: ContinuousClock.Instant
    private(set) var deadline: ContinuousClock.Instant
    private var least: Quiet.Left?

    init(_ patience: Duration, from healed: ContinuousClock.Instant) {
        self.patience = patience
        deadline = healed + patience
        last = healed + patience * 4
    }

    /// Takes how it stands at an instant before the deadline.
    ///
    /// - Parameter left: nil when that is not known.
    mutating func look(_ left: Quiet.Left?, isHealed: Bool, at now: ContinuousClock.Instant) {
        let isNearer = left.map { left in least.map { left < $0 } ?? false } ?? false
        if let left, isNearer || least == nil { least = left }
        if isNearer || !isHealed { deadline = max(deadline, min(now + patience, last)) }
    }
}
