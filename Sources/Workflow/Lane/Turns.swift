import Synchronization

/// So many at a time, in the order in which they came.
///
/// The lanes of a worker share its turns: under load a lane's records gather while it waits, so that its next
/// transaction is a large one; when it is calm nobody waits. Without it every lane would commit small batches at once and
/// all of them would be slower.
///
/// Whatever comes from outside and has no group commit takes ``bounded(_:)`` ones: however much of it comes, it leaves to
/// others what they share.
public final class Turns: Sendable {
    /// As many wait as may, or this one waited too long: tell the caller to come back later.
    public struct Overloaded: Error, Sendable {}

    private struct Waiter {
        let id: UInt64
        let turns: Int
        let continuation: CheckedContinuation<Void, any Error>
        let timer: Task<Void, any Error>?

        func resume(with answer: Result<Void, any Error>) {
            timer?.cancel()
            continuation.resume(with: answer)
        }
    }

    private struct State {
        var free: Int
        var waiters: [Waiter] = []
        var nextID: UInt64 = 0

        /// Whose turn it is now.
        mutating func admit() -> [Waiter] {
            var admitted: [Waiter] = []
            while let first = waiters.first, first.turns <= free {
                free -= first.turns
                admitted.append(waiters.removeFirst())
            }
            return admitted
        }
    }

    private let count: Int
    private let maximumWaiting: Int
    private let patience: Duration?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - count: how many have a turn at a time.
    ///   - maximumWaiting: how many wait for one at a time.
    ///   - patience: how long one waits; nil: for ever.
    public init(_ count: Int, maximumWaiting: Int = .max, patience: Duration? = nil) {
        precondition(count > 0, "somebody must be able to have a turn")
        self.count = count
        self.maximumWaiting = maximumWaiting
        self.patience = patience
        state = Mutex(State(free: count))
    }

    /// So many at a time; 64 wait for them, each for five seconds.
    public static func bounded(_ count: Int) -> Turns {
        Turns(count, maximumWaiting: 64, patience: .seconds(5))
    }

    /// How many wait for a turn.
    public var waitingCount: Int { state.withLock { $0.waiters.count } }

    /// Runs the body when it is its turn.
    /// - Parameter alone: nobody else has a turn meanwhile.
    /// - Throws: ``Overloaded``, or `CancellationError` when cancelled while waiting; the body did not run then.
    public func take<Result>(
        alone: Bool = false, _ body: nonisolated(nonsending) () async throws -> Result
    ) async throws -> Result {
        let turns = alone ? count : 1
        try await enter(turns)
        defer { leave(turns) }
        return try await body()
    }

    private func enter(_ turns: Int) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    // A cancellation before this lock found no waiter to remove.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.waiters.isEmpty, state.free >= turns {
                        state.free -= turns
                        return .success(())
                    }
                    if state.waiters.count >= maximumWaiting { return .failure(Overloaded()) }
                    let timer = patience.map { patience in
                        Task { [self] in
                            // Cancelled when it has its turn, or nobody waits any more.
                            try await Task.sleep(for: patience)
                            giveUp(id, because: Overloaded())
                        }
                    }
                    state.waiters.append(Waiter(id: id, turns: turns, continuation: continuation, timer: timer))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            giveUp(id, because: CancellationError())
        }
    }

    private func giveUp(_ id: UInt64, because reason: any Error) {
        // Those behind one that wanted more turns than were free may have theirs now.
        let (waiter, admitted) = state.withLock { state in
            let waiter = state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            return (waiter, state.admit())
        }
        waiter?.resume(with: .failure(reason))
        for next in admitted { next.resume(with: .success(())) }
    }

    private func leave(_ turns: Int) {
        let admitted = state.withLock { state in
            state.free += turns
            return state.admit()
        }
        for next in admitted { next.resume(with: .success(())) }
    }
}
