import ServiceLifecycle
import Synchronization

/// Carries a signal to the service group, whichever of the two comes first.
final class StopTarget: Sendable {
    private struct State {
        var isStopped = false
        var group: ServiceGroup?
    }

    private let state = Mutex(State())

    /// Stops the group, or keeps the one that is still being wired from starting.
    func stop() {
        let group = state.withLock { state in
            state.isStopped = true
            return state.group
        }
        if let group {
            Task { await group.triggerGracefulShutdown() }
        }
    }

    /// Takes the group to stop later; false when it must not start any more.
    func isFree(for group: ServiceGroup) -> Bool {
        state.withLock { state in
            state.group = group
            return !state.isStopped
        }
    }
}
