import CRdKafka
import Glibc
import Synchronization

/// Starts a detached thread: librdkafka's blocking calls must not occupy Swift's few cooperative threads.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    let result = pthread_create(&thread, nil, { Unmanaged<Box>.fromOpaque($0!).takeRetainedValue().body(); return nil }, box)
    precondition(result == 0, "pthread_create failed with \(result): the process is out of threads or memory")
    // The kernel keeps 15 characters of a thread's name.
    pthread_setname_np(thread, String(name.prefix(15)))
    pthread_detach(thread)
}

/// Runs a blocking call on a thread of its own and suspends until it is done. It cannot be cancelled: it has to keep a timeout.
func onOwnThread<Result: Sendable>(
    _ name: String, _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        startThread(name) { continuation.resume(with: Swift.Result { try body() }) }
    }
}

/// Milliseconds of a clock that only goes forward; for deadlines.
func monotonicMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}

/// A fact that becomes true once; any number of tasks may await it.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextID: UInt64 = 0
    }
    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns when it is open or the time is over, whichever comes first; says which.
    @discardableResult
    func wait(milliseconds: Int) async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let id: UInt64? = state.withLock { state in
                if state.isOpen { return nil }
                state.nextID += 1
                state.waiters[state.nextID] = continuation
                return state.nextID
            }
            guard let id else { return continuation.resume() }
            after(milliseconds: milliseconds) { [self] in
                state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
            }
        }
        return state.withLock { $0.isOpen }
    }
}
