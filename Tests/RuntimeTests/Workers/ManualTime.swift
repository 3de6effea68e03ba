import Synchronization

/// Time that passes when a test says so.
final class ManualTime: Sendable {
    private struct State {
        var now = ContinuousClock.now
        var pausing: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    var now: ContinuousClock.Instant { state.withLock { $0.now } }

    /// Lets time pass, and ends every pause.
    func pass(_ duration: Duration) {
        let pausing = state.withLock { state in
            state.now += duration
            defer { state.pausing = [] }
            return state.pausing
        }
        for pause in pausing { pause.finish() }
    }

    /// Returns when time has passed.
    /// - Throws: `CancellationError`.
    func pause() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        state.withLock { $0.pausing.append(end) }
        for await _ in ends {}
        try Task.checkCancellation()
    }
}
