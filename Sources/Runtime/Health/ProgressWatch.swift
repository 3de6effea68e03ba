import Synchronization

/// Notices work that has begun and does not get on: a worker that polls, looks alive and commits nothing.
///
/// Idle is not stalled: only what was begun and has neither advanced nor ended for `stall` counts. Register it with
/// `health.watch("lanes", progressWatch)`.
public final class ProgressWatch: Sendable {
    private struct Work {
        var count = 0
        var advancedAt = ContinuousClock.now
    }

    private let work = Mutex(Work())
    private let stall: Duration

    /// - Parameter stall: the setting `watchdog.stall-seconds`.
    public init(stall: Duration) {
        self.stall = stall
    }

    /// A piece of work begins.
    public func began() {
        change { work in
            // What was idle until now starts its time now; what is already under way keeps the time it has.
            if work.count == 0 { work.advancedAt = .now }
            work.count += 1
        }
    }

    /// Some work got on, such as a batch committed.
    public func advanced() {
        change { $0.advancedAt = .now }
    }

    /// A piece of work ended, well or not: that too is getting on.
    public func ended() {
        change { work in
            work.count -= 1
            work.advancedAt = .now
        }
    }

    /// Ready unless work stalls.
    public var state: HealthState { state(at: .now) }

    func state(at now: ContinuousClock.Instant) -> HealthState {
        let (count, age) = work.withLock { ($0.count, now - $0.advancedAt) }
        guard count > 0, age >= stall else { return .ready }
        return .notReady("\(count) under way and no progress for \(age.components.seconds) s")
    }

    private func change(_ body: (inout Work) -> Void) {
        work.withLock { body(&$0) }
    }
}

extension HealthRegister {
    /// Registers a check that is not ready while the work watched stalls.
    public func watch(_ name: String, _ progress: ProgressWatch) {
        probe(name) { progress.state }
    }
}
