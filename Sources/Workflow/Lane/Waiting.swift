/// Waits that double from 50 ms to 5 s, each with jitter, so that many workers do not come back at once.
enum Backoff {
    static func wait(_ failures: Int) async {
        let most = min(5_000, 50 << min(failures, 7))
        // Jitter decides nothing that is stored; only cancellation throws here, and callers look at it.
        try? await Task.sleep(for: .milliseconds(Int.random(in: most / 2...most)))
    }
}

/// Runs the body, but waits no longer than so many seconds for it; the body is cancelled then.
func withDeadline(seconds: Int, _ body: @escaping @Sendable () async -> Void) async {
    await withTaskGroup(of: Void.self) { group in
        group.addTask { await body() }
        group.addTask { try? await Task.sleep(for: .seconds(seconds)) }  // cancelled when the body is first
        await group.next()
        group.cancelAll()
    }
}
