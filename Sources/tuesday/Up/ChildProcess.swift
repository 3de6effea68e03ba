import EmbeddedPostgres
import Foundation
import Glibc
import Synchronization

/// A program that runs as this process's child, and does not outlive it.
///
/// It is made by a thread that lives as long as the child: the signal that `setpriv --pdeathsig` asks for is sent when
/// the *thread* that made the child ends.
final class ChildProcess: Sendable {
    /// How a child ended.
    enum End: Sendable, Equatable, CustomStringConvertible {
        case exited(Int32)
        case killed(Int32)

        var description: String {
            switch self {
            case .exited(let status): "exit status \(status)"
            case .killed(let signal): "signal \(signal)"
            }
        }
    }

    private struct State {
        var end: End?
        var waiters: [Int: CheckedContinuation<End?, Never>] = [:]
        var nextWaiter = 0
    }

    let processID: Int32
    private let state: StateBox

    private final class StateBox: Sendable {
        let state = Mutex(State())

        func finish(_ end: End) {
            let waiters = state.withLock { state in
                state.end = end
                defer { state.waiters = [:] }
                return state.waiters
            }
            for waiter in waiters.values { waiter.resume(returning: end) }
        }
    }

    /// Starts `executable`, its output appended to the file `log`, in a process group of its own: an interrupt from the
    /// keyboard is for the parent, who stops its children in order.
    static func start(
        _ executable: String, arguments: [String] = [], environment: [String: String], log: String
    ) async throws -> ChildProcess {
        let box = StateBox()
        let started: (code: Int32, processID: Int32) = await withCheckedContinuation { continuation in
            Foundation.Thread.detachNewThread {
                let result = spawn([executable] + arguments, environment, log)
                continuation.resume(returning: result)
                guard result.code == 0 else { return }
                var status: Int32 = 0
                while waitpid(result.processID, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                box.finish(signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal))
            }
        }
        guard started.code == 0 else {
            throw CommandFailure("\(executable) cannot be executed: \(String(cString: strerror(started.code)))")
        }
        return ChildProcess(processID: started.processID, state: box)
    }

    private init(processID: Int32, state: StateBox) {
        self.processID = processID
        self.state = state
    }

    var end: End? { state.state.withLock(\.end) }

    func send(_ signal: Int32) {
        if end == nil { kill(processID, signal) }
    }

    /// How it ended; nil when it did not within that time.
    func end(within limit: Duration? = nil) async -> End? {
        let box = state
        return await withCheckedContinuation { continuation in
            let ticket: Int? = box.state.withLock { state in
                guard state.end == nil else { return nil }
                state.nextWaiter += 1
                state.waiters[state.nextWaiter] = continuation
                return state.nextWaiter
            }
            guard let ticket else { return continuation.resume(returning: end) }
            guard let limit else { return }
            Task {
                try? await Task.sleep(for: limit)  // nobody cancels it
                box.state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume(returning: nil)
            }
        }
    }

    /// Asks it to end, and kills it when it has not within that time. Returns whether it ended by itself.
    @discardableResult
    func stop(within limit: Duration) async -> Bool {
        send(SIGTERM)
        if await end(within: limit) != nil { return true }
        send(SIGKILL)
        _ = await end(within: .seconds(10))
        return false
    }

    private static func spawn(
        _ program: [String], _ environment: [String: String], _ log: String
    ) -> (code: Int32, processID: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        actions.closeInherited()
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        var usualSignals = sigset_t()
        sigemptyset(&usualSignals)
        // This process ignores them because it reads them elsewhere; a child would inherit that.
        for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&usualSignals, signal) }
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setsigdefault(&attributes, &usualSignals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        let setpriv = "/usr/bin/setpriv"
        let command = access(setpriv, X_OK) == 0 ? [setpriv, "--pdeathsig", "TERM"] + program : program
        let arguments = command.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var processID: pid_t = 0
        let code = posix_spawn(&processID, command[0], &actions, &attributes, arguments, variables)
        return (code, processID)
    }
}
