import ServiceLifecycle
import Synchronization

/// Whether one thing this worker needs is in order.
public enum HealthState: Sendable, Equatable {
    case ready
    /// With a sentence for the operator: what is missing, and what would mend it.
    case notReady(String)
}

/// What the worker needs to be ready, by name: checks that components set, and probes that it asks once a second.
///
/// As a `Service` it asks the probes; `/readyz` only reads the last answers, so it answers at once even while
/// PostgreSQL does not. A probe whose last answer is older than `maximumAge` counts as not ready.
public final class HealthRegister: Service, Sendable {
    public typealias Probe = @Sendable () async -> HealthState

    /// One line of `/readyz`.
    public struct Check: Sendable, Equatable {
        public let name: String
        public let state: HealthState
    }

    private struct Entry {
        var state: HealthState
        var probe: Probe?
        var isAsking = false
        var answeredAt: ContinuousClock.Instant?
    }

    private struct Contents {
        var entries: [String: Entry] = [:]
        /// Told when the answer of `isReady` may have changed.
        var isStopping = false
    }

    private let contents: Mutex<Contents>
    private let period: Duration
    private let maximumAge: Duration

    /// - Parameters:
    ///   - expected: names that are not ready until somebody sets them, so that a worker is not ready too early.
    ///   - period: how often probes are asked.
    ///   - maximumAge: how old a probe's answer may be.
    public init(
        expected: [String] = [], period: Duration = .seconds(1), maximumAge: Duration = .seconds(5)
    ) {
        var first = Contents()
        for name in expected { first.entries[name] = Entry(state: .notReady("starting")) }
        contents = Mutex(first)
        self.period = period
        self.maximumAge = maximumAge
    }

    /// States a check, registering it when it is new.
    public func set(_ name: String, _ state: HealthState) {
        contents.withLock { $0.entries[name, default: Entry(state: state)].state = state }
    }

    /// Drops a check, such as that of a partition that moved away.
    public func remove(_ name: String) {
        contents.withLock { $0.entries[name] = nil }
    }

    /// Registers a probe, not ready until its first answer. A probe that hangs is not asked again meanwhile.
    public func probe(_ name: String, _ probe: @escaping Probe) {
        contents.withLock { $0.entries[name] = Entry(state: .notReady("not asked yet"), probe: probe) }
    }

    /// From now on not ready, so that balancers send no more work while the rest is finished.
    public func stopping() {
        contents.withLock { $0.isStopping = true }
    }

    /// All checks by name; a probe that has not answered for too long is shown so.
    public var checks: [Check] {
        let now = ContinuousClock.now
        return contents.withLock { contents in
            var checks = contents.entries.map { name, entry in
                Check(name: name, state: Self.state(of: entry, at: now, maximumAge: maximumAge))
            }
            if contents.isStopping {
                checks.append(Check(name: "stopping", state: .notReady("the worker is stopping")))
            }
            return checks.sorted { $0.name < $1.name }
        }
    }

    /// Whether every check is ready.
    public var isReady: Bool {
        checks.allSatisfy { $0.state == .ready }
    }

    /// Puts every check on `/metrics`.
    public func tell(_ metrics: MetricRegistry) {
        metrics.measure(label: "tuesday_ready") {
            self.checks.map { (dimensions: [("check", $0.name)], value: $0.state == .ready ? 1 : 0) }
        }
    }

    private static func state(
        of entry: Entry, at now: ContinuousClock.Instant, maximumAge: Duration
    ) -> HealthState {
        guard entry.probe != nil, let answeredAt = entry.answeredAt else { return entry.state }
        let age = now - answeredAt
        guard age > maximumAge else { return entry.state }
        return .notReady("no answer for \(age.components.seconds) s")
    }

    /// Asks the probes until the worker stops.
    public func run() async throws {
        // Cancelled, not drained: an answer that nobody will read is not waited for.
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    for (name, probe) in self.due() {
                        group.addTask { self.answer(name, await probe()) }
                    }
                    // Throws only when cancelled, which the loop's condition sees.
                    try? await Task.sleep(for: self.period)
                }
            }
        }
    }

    /// The probes that are not being asked; marks them so.
    private func due() -> [(String, Probe)] {
        contents.withLock { contents in
            var due: [(String, Probe)] = []
            for (name, entry) in contents.entries {
                guard let probe = entry.probe, !entry.isAsking else { continue }
                contents.entries[name]?.isAsking = true
                due.append((name, probe))
            }
            return due
        }
    }

    private func answer(_ name: String, _ state: HealthState) {
        contents.withLock { contents in
            contents.entries[name]?.state = state
            contents.entries[name]?.isAsking = false
            contents.entries[name]?.answeredAt = .now
        }
    }
}
