import Synchronization

/// Lets concurrent callers share a transaction without delaying a lone one: whatever waits when the last
/// transaction ends goes into the next.
public final class GroupCommit<Item: Sendable, Answer: Sendable>: Sendable {
    /// More items wait than the bound allows: tell the caller to come back later.
    public struct Overloaded: Error, Sendable {}
    /// The worker is stopping.
    public struct Stopped: Error, Sendable {}

    private struct Waiting: Sendable {
        var item: Item
        var answer: CheckedContinuation<Answer, any Error>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wake: AsyncStream<Void>.Continuation
    private let wakes: AsyncStream<Void>
    private let maximumPending: Int
    private let maximumBatch: Int

    public init(maximumPending: Int, maximumBatch: Int = 2_000) {
        self.maximumPending = maximumPending
        self.maximumBatch = maximumBatch
        (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns once the item's transaction committed.
    public func submit(_ item: Item) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            let refusal: (any Error)? = state.withLock { state in
                if state.isStopped { return Stopped() }
                if state.waiting.count >= maximumPending { return Overloaded() }
                state.waiting.append(Waiting(item: item, answer: continuation))
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) } else { wake.yield() }
        }
    }

    public var pendingCount: Int { state.withLock { $0.waiting.count } }

    /// Serves until ``stop()``. `commit` gives one answer per item, in order; when it throws, each item of the
    /// batch is tried alone, so that one bad item never sinks the others.
    public func run(_ commit: @Sendable ([Item]) async throws -> [Answer]) async {
        for await _ in wakes {
            while true {
                // In one look: an item that came between two would wait for ever.
                let (batch, isOver) = state.withLock { state -> ([Waiting], Bool) in
                    let taken = Array(state.waiting.prefix(maximumBatch))
                    state.waiting.removeFirst(taken.count)
                    return (taken, taken.isEmpty && state.isStopped)
                }
                if isOver { return }
                if batch.isEmpty { break }
                await serve(batch, commit)
            }
        }
    }

    /// Takes no more items; those that wait are served before ``run(_:)`` returns.
    public func stop() {
        state.withLock { $0.isStopped = true }
        wake.yield()
    }

    private func serve(_ batch: [Waiting], _ commit: @Sendable ([Item]) async throws -> [Answer]) async {
        do {
            let answers = try await commit(batch.map(\.item))
            precondition(answers.count == batch.count, "a group commit answers every item")
            for (waiting, answer) in zip(batch, answers) { waiting.answer.resume(returning: answer) }
        } catch let error where batch.count == 1 || Self.concernsEverybody(error) {
            for waiting in batch { waiting.answer.resume(throwing: error) }
        } catch {
            let middle = batch.count / 2
            await serve(Array(batch[..<middle]), commit)
            await serve(Array(batch[middle...]), commit)
        }
    }

    private static func concernsEverybody(_ error: any Error) -> Bool {
        if case .failed? = error as? LaneFault { return false }
        return true
    }
}
