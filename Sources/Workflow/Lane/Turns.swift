import Synchronization

/// So many at a time, in the order in which they came.
///
/// The lanes of a worker share its turns: under load a lane's records gather while it waits, so that its next
/// transaction is a large one; when it is calm nobody waits. Without it every lane would commit small batches at once and
/// all of them would be slower.
public final class Turns: Sendable {
    private struct Waiter {
        let id: UInt64
        let turns: Int
        let continuation: CheckedContinuation<Bool, Never>
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
    private let state: Mutex<State>

    public init(_ count: Int) {
        precondition(count > 0, "somebody must be able to have a turn")
        self.count = count
        state = Mutex(State(free: count))
    }

    /// Runs the body when it is its turn.
    /// - Parameter alone: nobody else has a turn meanwhile.
    /// - Throws: `CancellationError` when cancelled while waiting; the body did not run then.
    public func take<Result>(
        alone: Bool = false, _ body: nonisolated(nonsending) () async throws -> Result
    ) async throws -> Result {
        let turns = alone ? count : 1
        guard await enter(turns) else { throw CancellationError() }
        defer { leave(turns) }
        return try await body()
    }

    private func enter(_ turns: Int) async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    // A cancellation before this lock found no waiter to remove.
                    if Task.isCancelled { return false }
                    if state.waiters.isEmpty, state.free >= turns {
                        state.free -= turns
                        return true
                    }
                    state.waiters.append(Waiter(id: id, turns: turns, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            // Those behind one that wanted more turns than were free may have theirs now.
            let (waiter, admitted) = state.withLock { state in
                let waiter = state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
                return (waiter, state.admit())
            }
            waiter?.continuation.resume(returning: false)
            for next in admitted { next.continuation.resume(returning: true) }
        }
    }

    private func leave(_ turns: Int) {
        let admitted = state.withLock { state in
            state.free += turns
            return state.admit()
        }
        for next in admitted { next.continuation.resume(returning: true) }
    }
}
