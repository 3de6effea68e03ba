import Foundation
import Glibc
import Synchronization

/// Stands between a worker and PostgreSQL on a unix socket: passes everything on, until it is told to lose the answer to a
/// COMMIT, or the COMMIT itself, to cut connections, or to stand still.
final class PostgresProxy: Sendable {
    enum CommitLoss: String, CaseIterable, Sendable {
        /// The server commits; the client never hears of it.
        case landed
        /// The server never gets it, and rolls back.
        case undone
        /// The client loses its connection, and the server gets the COMMIT only afterwards.
        case late
    }

    private struct State {
        var upstream: String
        var loss: (kind: CommitLoss, countdown: Int)?
        var stalledUntil = ContinuousClock.now
        /// Connections of an older generation are closed.
        var generation = 0
        var losses: [CommitLoss] = []
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
    func lose(_ kind: CommitLoss, countdown: Int) { state.withLock { $0.loss = (kind, countdown) } }

    /// Which COMMITs were lost so far.
    var losses: [CommitLoss] { state.withLock { $0.losses } }

    func cutAll() { state.withLock { $0.generation += 1 } }

    /// Neither side hears of the other for a while.
    func stall(milliseconds: Int) { state.withLock { $0.stalledUntil = .now + .milliseconds(milliseconds) } }

    func heal() {
        state.withLock { state in
            state.loss = nil
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
                let upstream = state.withLock { $0.upstream }
                if let server = Sockets.connect(path: upstream) {
                    forward(client, server)
                    Glibc.close(server)
                }
                Glibc.close(client)
            }
        }
    }

    private func forward(_ client: Int32, _ server: Int32) {
        let generation = state.withLock { $0.generation }
        var messages = ClientMessages()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let (fromClient, fromServer) = Sockets.readable(client, server, within: 50)
            let stalled = state.withLock { state -> Duration? in
                guard state.generation == generation else { return nil }
                return max(.zero, state.stalledUntil - .now)
            }
            guard let stalled else { return }
            if stalled > .zero {
                usleep(UInt32(min(50_000, stalled / .microseconds(1))))
                continue
            }
            if fromServer {
                let count = read(server, &buffer, buffer.count)
                guard count > 0, Sockets.write(buffer[..<count], to: client) else { return }
            }
            if fromClient {
                let count = read(client, &buffer, buffer.count)
                guard count > 0 else { return }
                for message in messages.append(buffer[..<count]) {
                    if message.isCommit, let kind = nextLoss() { return lose(message.bytes, kind, client, server) }
                    guard Sockets.write(message.bytes, to: server) else { return }
                }
            }
        }
    }

    private func nextLoss() -> CommitLoss? {
        state.withLock { state in
            guard let (kind, countdown) = state.loss else { return nil }
            state.loss = countdown > 1 ? (kind, countdown - 1) : nil
            if countdown == 1 { state.losses.append(kind) }
            return countdown == 1 ? kind : nil
        }
    }

    /// What follows the COMMIT (its execution, and the end of the pipeline) is already on its way or comes in a moment.
    private func lose(_ commit: ArraySlice<UInt8>, _ kind: CommitLoss, _ client: Int32, _ server: Int32) {
        if kind == .undone { return }
        var rest = Array(commit)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while Sockets.readable(client, client, within: 20).0 {
            let count = read(client, &buffer, buffer.count)
            if count <= 0 { break }
            rest += buffer[..<count]
        }
        if kind == .late {
            shutdown(client, Int32(SHUT_RDWR))
            usleep(UInt32.random(in: 50_000...1_500_000))
        }
        guard Sockets.write(rest[...], to: server) else { return }
        // The server says COMMIT, or nothing any more.
        var answers: [UInt8] = []
        let deadline = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < deadline, answers.firstRange(of: Array("COMMIT\0".utf8)) == nil {
            guard Sockets.readable(server, server, within: 100).0 else { continue }
            let count = read(server, &buffer, buffer.count)
            if count <= 0 { return }
            answers += buffer[..<count]
        }
    }
}
