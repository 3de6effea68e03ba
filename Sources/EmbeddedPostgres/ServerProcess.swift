import Foundation
import Glibc
import Synchronization

/// The server, as a child of a thread that lives as long as it does.
///
/// The thread matters: the signal that `setpriv --pdeathsig` asks for is sent when the *thread* that made the child
/// ends, so the child must not be made on a thread that comes and goes.
final class ServerProcess: Sendable {
    let processID: Int32
    private let ended = Ended()

    /// Executes the command in a session of its own (an interrupt from the keyboard is for the parent), its output
    /// appended to the log.
    init(_ command: [String], log: String) throws {
        let started = Started()
        let ended = ended
        Foundation.Thread.detachNewThread {
            let result = Self.spawn(command, log: log)
            started.set(result)
            guard result.code == 0 else { return ended.set() }
            var status: Int32 = 0
            while waitpid(result.processID, &status, 0) < 0, errno == EINTR {}
            ended.set()
        }
        let result = started.wait()
        guard result.code == 0 else {
            throw PrivatePostgres.Failure(description: "\(command[0]) cannot be executed: errno \(result.code)")
        }
        processID = result.processID
    }

    var hasEnded: Bool { ended.isSet }

    func waitForEnd(milliseconds: Int) { _ = ended.wait(milliseconds: milliseconds) }

    /// Asks it to end, insists after a minute, and kills it after another.
    func stop(signal: Int32) {
        guard !hasEnded else { return }
        kill(processID, signal)
        if ended.wait(milliseconds: 60_000) { return }
        kill(processID, SIGINT)
        if ended.wait(milliseconds: 60_000) { return }
        killAll()
    }

    /// The postmaster first, so that it starts nothing new; its children notice and end by themselves, within a moment.
    func killAll() {
        guard !hasEnded else { return }
        let children = Self.children(of: processID)
        kill(processID, SIGKILL)
        for child in children { kill(child, SIGKILL) }
        _ = ended.wait(milliseconds: 60_000)
    }

    private static func children(of parent: Int32) -> [Int32] {
        let file = "/proc/\(parent)/task/\(parent)/children"
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    private static func spawn(_ command: [String], log: String) -> (code: Int32, processID: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_APPEND, 0)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        actions.closeInherited()
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        let setsid: Int32 = 0x80  // POSIX_SPAWN_SETSID
        posix_spawnattr_setflags(&attributes, Int16(setsid | 0x08))  // and POSIX_SPAWN_SETSIGMASK
        let arguments = command.map { strdup($0) } + [nil]
        let environment = PostgresPrograms.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var processID: pid_t = 0
        let code = posix_spawn(&processID, command[0], &actions, &attributes, arguments, environment)
        return (code, processID)
    }
}

/// Set once, by the thread that made the child.
private final class Started: Sendable {
    private let value = Mutex<(code: Int32, processID: Int32)>((0, 0))
    private let semaphore = DispatchSemaphore(value: 0)

    func set(_ result: (code: Int32, processID: Int32)) {
        value.withLock { $0 = result }
        semaphore.signal()
    }

    func wait() -> (code: Int32, processID: Int32) {
        semaphore.wait()
        return value.withLock { $0 }
    }
}

/// Set once, when the child has ended.
private final class Ended: Sendable {
    private let group = DispatchGroup()
    private let flag = Mutex(false)

    init() { group.enter() }

    var isSet: Bool { flag.withLock { $0 } }

    func set() {
        flag.withLock { $0 = true }
        group.leave()
    }

    func wait(milliseconds: Int) -> Bool {
        group.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }
}
