import Dispatch
import Glibc
import Synchronization

/// Turns signals into a stop: the first SIGTERM or SIGINT asks for a graceful one, the second ends the process at
/// once with exit 1, and a graceful stop that takes too long ends it with exit 70.
///
/// It works on a dispatch queue of its own, so it acts even when every task of the program is stuck.
final class StopWatch: Sendable {
    private struct State {
        var signals = 0
        var isArmed = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "tuesday.stop")
    private let timeout: Duration
    private let exit: @Sendable (Int32, String) -> Void

    /// - Parameter exit: ends the process; told the status and why.
    init(timeout: Duration, exit: @escaping @Sendable (Int32, String) -> Void) {
        self.timeout = timeout
        self.exit = exit
    }

    /// Runs `body` while signals are caught; `stop` is called at the first one.
    func watch(stop: @escaping @Sendable (String) -> Void, while body: () async throws -> Void) async rethrows {
        let sources = [SIGTERM: "SIGTERM", SIGINT: "SIGINT"].map { number, name in
            // Dispatch only sees a signal whose default action is off.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { self.received(name, stop) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        try await body()
    }

    func received(_ name: String, _ stop: @Sendable (String) -> Void) {
        let count = state.withLock { state in
            state.signals += 1
            return state.signals
        }
        if count == 1 {
            arm()
            stop(name)
        } else {
            exit(ExitStatus.failure, "a second signal (\(name)) cut the stop short")
        }
    }

    /// Starts the time the stop may take; the first call counts.
    func arm() {
        let isFirst = state.withLock { state in
            defer { state.isArmed = true }
            return !state.isArmed
        }
        guard isFirst else { return }
        let exit = exit
        let seconds = timeout.components.seconds
        let milliseconds = Int(seconds) * 1_000 + Int(timeout.components.attoseconds / 1_000_000_000_000_000)
        queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
            exit(ExitStatus.software, "the stop took longer than stop.timeout-seconds = \(seconds)")
        }
    }
}
