import Synchronization

/// So many at a time, in the order in which they came, as ``Turns`` gives them; and so many wait, each for so long.
///
/// For what comes from outside and has no group commit: however much of it comes, it leaves to others what they share.
public final class BoundedTurns: Sendable {
    /// As many wait as may, or this one waited too long: tell the caller to come back later.
    public struct Overloaded: Error, Sendable {}

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Void, any Error>
        let timer: Task<Void, any Error>
    }

    private struct State {
        /// None while somebody waits.
        var free: Int
        var waiters: [Waiter] = []
        var lastID: UInt64 = 0
    }

    private let maximumWaiting: Int
    private let patience: Duration
    private let state: Mutex<State>

    /// - Parameters:
    ///   - count: how many have a turn at a time.
    ///   - maximumWaiting: how many wait for one at a time.
    ///   - patience: how long one waits.
    public init(_ count: Int, maximumWaiting: Int = 64, patience: Duration = .seconds(5)) {
        precondition(count > 0, "somebody must be able to have a turn")
        self.maximumWaiting = maximumWaiting
        self.patience = patience
        state = Mutex(State(free: count))
    }

    /// Runs the body when it is its turn.
    /// - Throws: ``Overloaded``, or `CancellationError` when cancelled while waiting; the body did not run then.
    public func take<Result>(_ body: nonisolated(nonsending) () async throws -> Result) async throws -> Result {
        try await enter()
        defer { leave() }
        return try await body()
    }

    /// How many wait for a turn.
    public var waitingCount: Int { state.withLock { $0.waiters.count } }

    private func enter() async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    // A cancellation before this lock found no waiter to remove.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.free > 0 {
                        state.free -= 1
                        return .success(())
                    }
                    if state.waiters.count >= maximumWaiting { return .failure(Overloaded()) }
                    let timer = Task { [self] in
                        try await Task.sleep(for: patience)
                        giveUp(id, because: Overloaded())
                    }
                    state.waiters.append(Waiter(id: id, continuation: continuation, timer: timer))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            giveUp(id, because: CancellationError())
        }
    }

    private func giveUp(_ id: UInt64, because reason: any Error) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.timer.cancel()
        waiter?.continuation.resume(throwing: reason)
    }

    private func leave() {
        let next: Waiter? = state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiters.removeFirst()
        }
        next?.timer.cancel()
        next?.continuation.resume()
    }
}
