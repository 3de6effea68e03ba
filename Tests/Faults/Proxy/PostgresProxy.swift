import Foundation
import Glibc
import Synchronization

/// Stands between a worker and PostgreSQL on a unix socket: passes everything on, until it is told to lose the answer to a
/// COMMIT, or the COMMIT itself, to end backends, to cut connections, or to stand still.
final class PostgresProxy: Sendable {
    enum CommitLoss: String, CaseIterable, Sendable {
        /// The server commits; the client never hears of it.
        case landed
        /// The server never gets it, and rolls back.
        case undone
        /// The client loses its connection, and the server gets the COMMIT only afterwards.
        case late
    }

    /// A COMMIT whose answer a client waited for in vain, and what the server had made of it.
    struct LostCommit: Sendable {
        var kind: CommitLoss
        /// Otherwise the server ended the connection without committing.
        var hasLanded: Bool
    }

    private struct Loss {
        var kind: CommitLoss
        var countdown: Int
        /// How long a COMMIT that comes late is under way.
        var lateMilliseconds: Int
    }

    /// What is done to whoever runs each statement of a certain number.
    private struct Ending {
        var end: BackendEnd
        var every: Int
        var statementCount = 0
    }

    private struct State {
        var upstream: String
        var loss: Loss?
        var ending: Ending?
        var victims: [BackendEnd.Victim] = []
        var stalledUntil = ContinuousClock.now
        /// Somebody has sent something since the last stall began, and it was not passed on.
        var hasHeldBack = false
        /// Connections that the server refused because it had too many.
        var refusedCount = 0
        /// Connections of an older generation are closed.
        var generation = 0
        /// How many of them were.
        var cutCount = 0
        var losses: [LostCommit] = []
        var isClosed = false
    }

    let directory: String
    private let listener: Int32
    private let state: Mutex<State>

    /// - Parameter upstream: the server's socket.
    init(upstream: String) throws {
        var template = Array("/tmp/pgp-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Sockets.Failure(description: "no folder in /tmp: errno \(errno)") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(directory, 0o755)
        listener = try Sockets.listen(path: "\(directory)/.s.PGSQL.5432")
        state = Mutex(State(upstream: upstream))
        Foundation.Thread.detachNewThread { [self] in acceptAll() }
    }

    /// A server that was started again has another socket.
    func lead(to upstream: String) { state.withLock { $0.upstream = upstream } }

    /// Loses the `countdown`th COMMIT from now on, in one of three ways.
    func lose(_ kind: CommitLoss, countdown: Int, lateMilliseconds: Int = 500) {
        state.withLock { $0.loss = Loss(kind: kind, countdown: countdown, lateMilliseconds: lateMilliseconds) }
    }

    /// Ends the backend, or cancels what it does, at every so-manieth statement from now on; nil: no longer.
    func end(_ end: BackendEnd?, every count: Int = 1) {
        state.withLock { $0.ending = end.map { Ending(end: $0, every: count) } }
    }

    /// Those to whom it was done so far; the server's log tells whether they met it.
    var victims: [BackendEnd.Victim] { state.withLock { $0.victims } }

    /// Which COMMITs were lost so far, once it is known what became of them.
    var losses: [LostCommit] { state.withLock { $0.losses } }

    var hasHeldBack: Bool { state.withLock { $0.hasHeldBack } }
    var refusedCount: Int { state.withLock { $0.refusedCount } }

    /// Closes every connection that there is, within a moment.
    func cutAll() { state.withLock { $0.generation += 1 } }

    /// How many connections were closed so.
    var cutCount: Int { state.withLock { $0.cutCount } }

    /// Neither side hears of the other for a while.
    func stall(milliseconds: Int) {
        state.withLock { state in
            state.stalledUntil = .now + .milliseconds(milliseconds)
            state.hasHeldBack = false
        }
    }

    func heal() {
        state.withLock { state in
            state.loss = nil
            state.ending = nil
            state.stalledUntil = .now
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.generation += 1
        }
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
        try? FileManager.default.removeItem(atPath: directory)  // an empty folder of /tmp does no harm
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0, !state.withLock({ $0.isClosed }) else { return }
            Foundation.Thread.detachNewThread { [self] in
                // Of the generation in which it came: who sees it at the server can already cut it.
                let (upstream, generation) = state.withLock { ($0.upstream, $0.generation) }
                if let server = Sockets.connect(path: upstream) {
                    forward(client, server, generation)
                    Glibc.close(server)
                }
                Glibc.close(client)
            }
        }
    }

    private func forward(_ client: Int32, _ server: Int32, _ generation: Int) {
        var messages = ClientMessages()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var hasAnswered = false
        var opening: [UInt8] = []
        var backend: Int32?
        while true {
            let (fromClient, fromServer) = Sockets.readable(client, server, within: 50)
            let stalled = state.withLock { state -> Duration? in
                guard state.generation == generation else {
                    state.cutCount += 1
                    return nil
                }
                let stalled = max(.zero, state.stalledUntil - .now)
                if stalled > .zero, fromClient || fromServer { state.hasHeldBack = true }
                return stalled
            }
            guard let stalled else { return }
            if stalled > .zero {
                usleep(UInt32(min(50_000, stalled / .microseconds(1))))
                continue
            }
            if fromServer {
                let count = read(server, &buffer, buffer.count)
                guard count > 0, Sockets.write(buffer[..<count], to: client) else { return }
                if !hasAnswered, ServerAnswers.isRefusal(buffer[..<count]) { state.withLock { $0.refusedCount += 1 } }
                hasAnswered = true
                if backend == nil {
                    opening += buffer[..<count]
                    backend = ServerAnswers.backend(in: opening)
                }
            }
            if fromClient {
                let count = read(client, &buffer, buffer.count)
                guard count > 0 else { return }
                let whole = messages.append(buffer[..<count])
                var due: BackendEnd?
                for (index, message) in whole.enumerated() {
                    if message.isCommit, let loss = nextLoss() {
                        return lose(whole[index...].flatMap(\.bytes) + messages.unfinished, loss, client, server)
                    }
                    guard Sockets.write(message.bytes, to: server) else { return }
                    if message.isStatement { due = nextEnd() ?? due }
                }
                if let due, let backend { meet(backend, with: due) }
            }
        }
    }

    private func nextLoss() -> Loss? {
        state.withLock { state in
            guard var loss = state.loss else { return nil }
            loss.countdown -= 1
            state.loss = loss.countdown > 0 ? loss : nil
            return loss.countdown == 0 ? loss : nil
        }
    }

    /// Counts a statement: what is done at it, if it is its turn.
    private func nextEnd() -> BackendEnd? {
        state.withLock { state in
            state.ending?.statementCount += 1
            return state.ending.flatMap { $0.statementCount % $0.every == 0 ? $0.end : nil }
        }
    }

    private func meet(_ backend: Int32, with end: BackendEnd) {
        // Before it has begun there is nothing to cancel.
        if end == .cancelled { usleep(300) }
        state.withLock { $0.victims.append(BackendEnd.Victim(process: Int(backend), end: end)) }
        // The server is this machine's own.
        kill(backend, end.signal)
    }

    /// What follows the COMMIT (its execution, and the end of the pipeline) is already on its way or comes in a moment.
    private func lose(_ commit: [UInt8], _ loss: Loss, _ client: Int32, _ server: Int32) {
        var rest = commit
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while Sockets.readable(client, client, within: 20).0 {
            let count = read(client, &buffer, buffer.count)
            if count <= 0 { break }
            rest += buffer[..<count]
        }
        // Who has gone by itself waits for no answer.
        guard !Sockets.hasEnded(client) else { return }
        if loss.kind != .landed { shutdown(client, Int32(SHUT_RDWR)) }
        if loss.kind == .late { usleep(UInt32(loss.lateMilliseconds) * 1_000) }
        // One that comes late may find its backend ended by whoever wants the lane.
        if loss.kind != .undone { _ = Sockets.write(rest[...], to: server) } else { shutdown(server, Int32(SHUT_WR)) }
        guard let hasLanded = ServerAnswers.isCommitted(on: server, within: .seconds(5)) else { return }
        guard loss.kind == .late || hasLanded == (loss.kind == .landed) else { return }
        state.withLock { $0.losses.append(LostCommit(kind: loss.kind, hasLanded: hasLanded)) }
    }
}
