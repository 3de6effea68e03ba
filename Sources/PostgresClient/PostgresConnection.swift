import CLibpq
import Synchronization

/// One session with the server, lent by a pool to one task at a time; two calls at once are a bug and stop the program.
///
/// A call that was cancelled, or that lost the server, closes the connection: the server is asked to abandon the
/// statement, and the pool opens another. A call whose statement merely failed leaves the connection in order.
public final class PostgresConnection: Sendable {
    private struct Running {
        let id: UInt64
        let exchange: any Exchange
        let continuation: UnsafeContinuation<[PostgresResult], any Error>
        var timer: PollThread.TimerID?
    }

    private struct State {
        /// Nil once closed.
        var link: Link?
        var socketID: UInt64 = 0
        var watchesWriting = false
        var running: Running?
        var lastCallID: UInt64 = 0
        /// A call cancelled before it began.
        var cancelledID: UInt64?
        /// Why it was closed.
        var closedBy: PostgresFailure?
        /// Go in front of the next call, in the same round trip.
        var delayed = Delayed()
        var mustRetire = false
    }

    /// What is sent together with the next call.
    struct Delayed: Sendable {
        var begin: PostgresStatement?
        /// Inserts for whose answers nobody waits.
        var calls: [PostgresCall] = []

        var all: [PostgresCall] { (begin.map { [PostgresCall($0)] } ?? []) + calls }
    }

    /// What is to be done once the lock is released.
    private struct Completion: Sendable {
        var continuation: UnsafeContinuation<[PostgresResult], any Error>?
        var result: Result<[PostgresResult], any Error> = .success([])
        var timer: PollThread.TimerID?
        var notices: [PostgresLogLine] = []
        var isClosed = false
    }

    /// The server process's id, as in `pg_stat_activity.pid`.
    public let backendPID: Int32

    private let state: Mutex<State>
    private let log: @Sendable (PostgresLogLine) -> Void
    private let statementTimeout: Duration?
    /// Told once, when the connection closed by itself or because of a failure.
    private let onClose: @Sendable (PostgresConnection) -> Void

    init(
        _ opened: ConnectThread.Opened, settings: PostgresSettings,
        log: @escaping @Sendable (PostgresLogLine) -> Void,
        onClose: @escaping @Sendable (PostgresConnection) -> Void
    ) {
        backendPID = PQbackendPID(opened.pointer)
        self.log = log
        self.onClose = onClose
        statementTimeout = settings.statementTimeout
        state = Mutex(State())
        let socket = PQsocket(opened.pointer)
        state.withLock { state in
            state.link = Link(opened.pointer)
            state.socketID = PollThread.shared.add(self, socket: socket)
        }
    }

    // MARK: What the pool and the extensions use

    /// Runs one exchange. A shielded one ignores the task's cancellation: for commit and rollback.
    func run(
        _ exchange: sending any Exchange, deadline: Duration? = nil, shielded: Bool = false
    ) async throws -> [PostgresResult] {
        let id = state.withLock { state in
            state.lastCallID += 1
            return state.lastCallID
        }
        let exchange = HandedExchange(exchange: exchange)
        if shielded {
            return try await withUnsafeThrowingContinuation { begin(id, exchange, deadline, $0) }
        }
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { begin(id, exchange, deadline, $0) }
        } onCancel: {
            cancel(id)
        }
    }

    /// `begin` is sent together with the first call, so that a transaction costs no round trip for it.
    func delay(begin: PostgresStatement) {
        state.withLock { $0.delayed.begin = begin }
    }

    /// Sent together with the next call. False, and nothing is delayed, outside a transaction: there each call stands
    /// for itself.
    func delay(_ call: PostgresCall) -> Bool {
        state.withLock { state in
            guard state.delayed.begin != nil || state.link?.transactionStatus == PQTRANS_INTRANS else { return false }
            state.delayed.calls.append(call)
            return true
        }
    }

    /// What was delayed, which the caller must now send or drop.
    func takeDelayed() -> Delayed {
        state.withLock { state in
            defer { state.delayed = Delayed() }
            return state.delayed
        }
    }

    /// Whether the session is where a new caller may begin; a lost one is not.
    var isReusable: Bool {
        state.withLock { state in
            guard let link = state.link, state.running == nil, !state.mustRetire else { return false }
            return link.lost == nil && link.transactionStatus == PQTRANS_IDLE
        }
    }

    /// Inside a transaction, in order or failed.
    var isInTransaction: Bool {
        state.withLock { state in
            guard let link = state.link, link.lost == nil else { return false }
            return link.transactionStatus != PQTRANS_IDLE
        }
    }

    /// Why the connection is closed; nil while it is open.
    var closedBy: PostgresFailure? { state.withLock { $0.closedBy } }

    /// Not to be used again once its present user is done.
    func retire() { state.withLock { $0.mustRetire = true } }

    /// Ends the session; a call under way throws `reason`.
    func close(_ reason: PostgresFailure = PostgresFailure(.unavailable, "the connection was closed by this program")) {
        finish(state.withLock { close(&$0, reason, throwing: nil) })
    }

    func defaultDeadline(for count: Int) -> Duration? {
        statementTimeout.map { $0 * max(1, count) + .seconds(5) }
    }

    // MARK: The exchange under way

    private func begin(
        _ id: UInt64, _ handed: HandedExchange, _ deadline: Duration?,
        _ continuation: UnsafeContinuation<[PostgresResult], any Error>
    ) {
        let completion = state.withLock { state -> Completion in
            if state.cancelledID == id {
                return Completion(continuation: continuation, result: .failure(CancellationError()))
            }
            guard state.link != nil else {
                let reason = state.closedBy ?? PostgresFailure(.unavailable, "the connection is closed")
                return Completion(continuation: continuation, result: .failure(reason))
            }
            precondition(state.running == nil, "a connection was used by two tasks at once")
            // Under the lock: a deadline that is over at once must find the call, or it would end nothing.
            let timer = deadline.map { PollThread.shared.schedule(after: $0) { [weak self] in self?.expire(id) } }
            state.running = Running(id: id, exchange: handed.exchange, continuation: continuation, timer: timer)
            return advance(&state)
        }
        finish(completion)
    }

    /// The poll thread reports the socket.
    func ready(readable: Bool) {
        let completion = state.withLock { state -> Completion in
            guard let link = state.link else { return Completion() }
            guard readable, !link.consume() else { return advance(&state) }
            // The server has closed. What it said before is received first: it may be the answer, or the reason.
            var completion = advance(&state)
            guard let link = state.link else { return completion }
            link.loseAfterClose()
            let closing = close(&state, link.lost!, throwing: nil)
            if completion.continuation == nil {
                completion.continuation = closing.continuation
                completion.result = closing.result
                completion.timer = closing.timer
            }
            completion.isClosed = closing.isClosed
            return completion
        }
        finish(completion)
    }

    private func advance(_ state: inout State) -> Completion {
        guard let link = state.link else { return Completion() }
        var completion = Completion()
        if let running = state.running {
            let step = running.exchange.advance(link)
            if let lost = link.lost {
                var closing = close(&state, lost, throwing: nil)
                closing.notices = link.notices.drain()
                return closing
            }
            if case .finished(let result) = step {
                state.running = nil
                completion.continuation = running.continuation
                completion.timer = running.timer
                completion.result = result.mapError { $0 }
                // "cached plan must not change result type": only a new session plans anew.
                if case .failure(let failure) = result, failure.sqlState == "0A000" { state.mustRetire = true }
            }
            if link.wantsWriting != state.watchesWriting {
                state.watchesWriting = link.wantsWriting
                PollThread.shared.watch(state.socketID, socket: link.socket, forWriting: link.wantsWriting)
            }
        } else {
            // Notices and parameter changes between calls are taken in, or the socket would stay readable.
            _ = PQisBusy(link.pointer)
        }
        completion.notices = link.notices.drain()
        return completion
    }

    private func cancel(_ id: UInt64) {
        let completion = state.withLock { state -> Completion in
            guard state.running?.id == id else {
                state.cancelledID = id
                return Completion()
            }
            return abandon(&state, PostgresFailure(.unavailable, "the task was cancelled"), throwing: CancellationError())
        }
        finish(completion)
    }

    private func expire(_ id: UInt64) {
        let completion = state.withLock { state -> Completion in
            guard state.running?.id == id else { return Completion() }
            let failure = PostgresFailure(.statementTimeout, "the server did not answer within the client's deadline")
            return abandon(&state, failure, throwing: nil)
        }
        finish(completion)
    }

    /// Leaves a statement that runs: asks the server to stop it, since closing the socket alone would not.
    private func abandon(_ state: inout State, _ reason: PostgresFailure, throwing error: (any Error)?) -> Completion {
        if let link = state.link, let handle = PQgetCancel(link.pointer) { CancelThread.shared.cancel(handle) }
        return close(&state, reason, throwing: error)
    }

    private func close(_ state: inout State, _ reason: PostgresFailure, throwing error: (any Error)?) -> Completion {
        guard let link = state.link else { return Completion() }
        var completion = Completion(isClosed: true)
        if let running = state.running {
            let failure = running.exchange.failure(losing: reason)
            completion.continuation = running.continuation
            completion.timer = running.timer
            // A cancelled caller must still learn that its commit may have happened.
            completion.result = .failure(failure.kind == .ambiguousCommit ? failure : error ?? failure)
        }
        state.running = nil
        state.closedBy = reason
        PollThread.shared.remove(state.socketID, socket: link.socket)
        state.link = nil  // closes
        return completion
    }

    private func finish(_ completion: Completion) {
        if let timer = completion.timer { PollThread.shared.withdraw(timer) }
        for line in completion.notices { log(line) }
        if completion.isClosed { onClose(self) }
        completion.continuation?.resume(with: completion.result)
    }
}
