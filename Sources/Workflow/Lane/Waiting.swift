/// Waits that double from 50 ms to 5 s, each with jitter, so that many workers do not come back at once.
enum Backoff {
    /// What it waits at most; at least half of it.
    static func mostMilliseconds(_ failures: Int) -> Int { min(5_000, 50 << min(failures, 7)) }

    static func wait(_ failures: Int) async {
        let most = mostMilliseconds(failures)
        // Jitter decides nothing that is stored; only cancellation throws here, and callers look at it.
        try? await Task.sleep(for: .milliseconds(Int.random(in: most / 2...most)))
    }
}

extension Task where Success == Void, Failure == Never {
    /// Waits for the end, but no longer than so many seconds; then cancels the task and leaves it to itself.
    ///
    /// The waiter's own cancellation shortens nothing. A group of tasks cannot do this: it waits for a child that awaits
    /// another task until that one ends, however long ago the child was cancelled.
    public func end(withinSeconds seconds: Int) async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        Task {
            await value
            end.finish()
        }
        let timer = Task {
            try? await Task<Never, Never>.sleep(for: .seconds(seconds))  // cancelled below when nobody waits any more
            end.finish()
        }
        await Task { for await _ in ends {} }.value
        timer.cancel()
        cancel()
    }
}
