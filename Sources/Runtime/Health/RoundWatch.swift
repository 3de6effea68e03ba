import Logging
import Synchronization

/// Notices a service that goes round, such as one that fires deadlines, and does not come round any more: it waits for an
/// answer that nobody gives, or fails again and again.
///
/// Register it with `health.watch(roundWatch)`.
final class RoundWatch: Sendable {
    private struct Rounds {
        /// Since when the end of a round is awaited; nil: there is nothing to do.
        var dueAt: ContinuousClock.Instant?
        /// Why the last round failed.
        var trouble: String?
        /// The log knows that it is overdue.
        var isTold = false
    }

    /// What the service does, as in "firing deadlines"; the name of its check too.
    let name: String
    private let period: Duration?
    private let bound: Duration
    private let log: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let rounds = Mutex(Rounds())

    /// - Parameters:
    ///   - period: from the end of one round to the beginning of the next; nil: a round comes when there is something to do.
    ///   - bound: how much longer than that a round may take; the setting `watchdog.stall-seconds`.
    init(
        _ name: String, every period: Duration?, bound: Duration, log: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.name = name
        self.period = period
        self.bound = bound
        self.log = log
        self.now = now
    }

    /// A round begins. Its time is that of the rounds before it that failed.
    func began() {
        rounds.withLock { rounds in rounds.dueAt = rounds.dueAt ?? now() }
    }

    /// The round, or a part that counts for itself, was a success.
    func cameRound() {
        let wasTold = rounds.withLock { rounds in
            defer { rounds = Rounds(dueAt: period.map { now() + $0 }) }
            return rounds.isTold
        }
        if wasTold { log.notice("\(name) goes on") }
    }

    /// The round failed; the next one is tried all the same.
    func failed(_ why: String) {
        rounds.withLock { $0.trouble = why }
    }

    /// Ready unless a round is overdue; says so to the log once.
    func look() -> HealthState {
        let (problem, isNews) = rounds.withLock { rounds -> (String?, Bool) in
            guard let dueAt = rounds.dueAt, now() - dueAt > bound else { return (nil, false) }
            defer { rounds.isTold = true }
            let age = (now() - dueAt).components.seconds
            return ("\(name) has not come round for \(age) s: \(rounds.trouble ?? "it waits for an answer")", !rounds.isTold)
        }
        guard let problem else { return .ready }
        if isNews { log.error("a service has stopped", metadata: ["reason": "\(problem)"]) }
        return .notReady(problem)
    }
}

extension HealthRegister {
    /// Registers a check, by the watch's name, that is not ready while a round is overdue.
    func watch(_ rounds: RoundWatch) {
        probe(rounds.name) { rounds.look() }
    }
}
