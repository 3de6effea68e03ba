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

    /// Also when the end was told before: the body sees ``isEnding``, and tidies up after itself.
    func run(_ body: @escaping @Sendable () async -> Void) async {
        let task = state.withLock { state in
            let task = Task { await body() }
            state.task = task
            return task
        }
        await task.value
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The source gives no more batches after a revocation, so a lane ends by itself once its batch is committed and
    /// published. One that is held up (PostgreSQL or Kafka do not answer) is cancelled after the grace; a COMMIT under
    /// way is not interrupted even then.
    func end(graceMilliseconds: Int = 2_500) {
        let task = state.withLock { state in
            state.isEnding = true
            return state.task
        }
        guard let task else { return }
        Task {
            try? await Task.sleep(for: .milliseconds(graceMilliseconds))  // nobody cancels this task
            task.cancel()
        }
    }

    var isEnding: Bool { state.withLock { $0.isEnding } }

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
