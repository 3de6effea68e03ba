import Synchronization

/// The most memory that any of some workers has held, looked at twenty times a second.
final class MemoryWatch: Sendable {
    private struct State {
        var most = 0
        var isOver = false
    }

    private let state = Mutex(State())

    init(_ slots: [WorkerSlot]) {
        Task { [self] in
            while !state.withLock({ $0.isOver }) {
                let now = slots.map { $0.process?.residentMegabytes ?? 0 }.max() ?? 0
                state.withLock { $0.most = max($0.most, now) }
                try? await Task.sleep(for: .milliseconds(50))  // nobody cancels this
            }
        }
    }

    /// Looks no more.
    func end() -> Int {
        state.withLock { state in
            state.isOver = true
            return state.most
        }
    }
}
