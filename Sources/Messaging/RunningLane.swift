import Synchronization

/// A lane's task, which can be told to end and waited for by several.
final class RunningLane: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var isEnding = false
        var hasEnded = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func run(_ body: @escaping @Sendable () async -> Void) async {
        let task = state.withLock { state -> Task<Void, Never>? in
            if state.isEnding { return nil }
            let task = Task { await body() }
            state.task = task
            return task
        }
        await task?.value
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The source gives no more batches after a revocation, so a lane between batches ends by itself; cancelling ends
    /// one that waits for PostgreSQL. A transaction in hand is not interrupted at its COMMIT.
    func end() {
        state.withLock { state in
            state.isEnding = true
            state.task?.cancel()
        }
    }

    func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.hasEnded { state.waiters.append(continuation) }
                return state.hasEnded
            }
            if isOver { continuation.resume() }
        }
    }
}
