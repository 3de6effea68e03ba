import ServiceLifecycle
import Synchronization

/// The moment at which a port is open.
final class Opening: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isOpen = true
            return state.waiting
        }
        for continuation in waiting { continuation.finish() }
    }

    /// Waits for it, or until the task is cancelled or its services stop.
    ///
    /// - Returns: whether it is open.
    func wait() async -> Bool {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        let isOpen = state.withLock { state in
            if !state.isOpen { state.waiting.append(continuation) }
            return state.isOpen
        }
        if isOpen { return true }
        for await _ in stream.cancelOnGracefulShutdown() {}
        return state.withLock { $0.isOpen }
    }
}

/// Runs a service once a port is open. A copy that cannot have its port, and is started again and again, must not join its
/// group each time: every time the others would stop to divide their partitions anew.
struct AfterOpening: Service {
    let opening: Opening
    let service: any Service

    func run() async throws {
        if await opening.wait() { try await UntilStopped(service: service).run() }
    }
}
