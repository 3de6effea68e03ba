import Synchronization

/// How often in a row a lane has failed, by which it waits before it is claimed again.
///
/// That it could be claimed says little: where fetching fails for good, each claim goes well, raises the epoch and makes the
/// consumer fetch all its partitions anew. Only what follows ends the row: a batch that was committed, or a minute without
/// a failure, which is as good where there is nothing to read.
final class LaneFailures: Sendable {
    private struct State {
        var count = 0
        var claimedAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// From now on it consumes.
    func claimed() { state.withLock { $0.claimedAt = .now } }

    /// A batch was committed.
    func gotOn() { state.withLock { $0.count = 0 } }

    /// One more; returns how many there are.
    func add() -> Int {
        state.withLock { state in
            if let claimedAt = state.claimedAt, .now - claimedAt > .seconds(60) { state.count = 0 }
            state.claimedAt = nil
            state.count += 1
            return state.count
        }
    }
}
