import Synchronization

/// A bounded set of connections, opened as they are needed and lent to one caller at a time, first come first served.
/// How many callers wait is bounded too.
///
/// Nothing is opened before the first call. A connection that failed is closed and its place given to the next caller.
public final class PostgresPool: Sendable {
    /// What a caller gets: a connection, or the right to open one.
    private enum Grant: Sendable {
        case connection(PostgresConnection)
        case place
    }

    private struct Waiter {
        let id: UInt64
        let since: ContinuousClock.Instant
        let continuation: UnsafeContinuation<Grant, any Error>
        var timer: PollThread.TimerID?
    }

    private struct State {
        /// The last returned is lent first.
        var idle: [PostgresConnection] = []
        /// Lent, idle, or being opened.
        var places = 0
        var lent: [ObjectIdentifier: PostgresConnection] = [:]
        var waiters: [Waiter] = []
        var lastID: UInt64 = 0
        var cancelled: Set<UInt64> = []
        var waitedCount = 0
        var waited: Duration = .zero
        var isClosed = false
        var closers: [UnsafeContinuation<Void, Never>] = []
    }

    let settings: PostgresSettings
    private let log: @Sendable (PostgresLogLine) -> Void
    private let state = Mutex(State())

    /// A pool that is empty until it is used. `log` gets the server's notices and what happens to connections; it must
    /// not block.
    public init(_ settings: PostgresSettings, log: @escaping @Sendable (PostgresLogLine) -> Void = { _ in }) {
        precondition(settings.maximumConnections > 0, "a pool needs at least one connection")
        precondition(settings.maximumWaiting >= 0, "no fewer than none can wait for a connection")
        self.settings = settings
        self.log = log
    }

    /// A pool nobody closed: what is lent has kept the pool alive, so only idle connections are left.
    deinit {
        for connection in state.withLock({ $0.idle }) { connection.close() }
    }

    /// Lends a connection for the time `body` runs.
    ///
    /// Throws `.unavailable` when none became free within `acquireTimeout`, when `maximumWaiting` callers wait already, or
    /// when none could be opened. What a `body` leaves open as a transaction is rolled back.
    @discardableResult
    nonisolated(nonsending)
    public func withConnection<R: Sendable>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> R
    ) async throws -> R {
        let connection = try await acquire()
        do {
            let value = try await body(connection)
            await giveBack(connection)
            return value
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Ends idle connections now and lent ones when they come back, at the latest after `acquireTimeout`. Later calls
    /// throw `.unavailable`.
    public func close() async {
        let (idle, waiters) = state.withLock { state in
            state.isClosed = true
            defer {
                state.places -= state.idle.count
                state.idle = []
                state.waiters = []
            }
            return (state.idle, state.waiters)
        }
        for connection in idle { connection.close() }
        for waiter in waiters {
            if let timer = waiter.timer { PollThread.shared.withdraw(timer) }
            waiter.continuation.resume(throwing: Self.closedFailure)
        }
        let timer = PollThread.shared.schedule(after: settings.acquireTimeout) { [weak self] in
            guard let self else { return }
            for connection in state.withLock({ Array($0.lent.values) }) { connection.close() }
        }
        await withUnsafeContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.places > 0 { state.closers.append(continuation) }
                return state.places == 0
            }
            if isEmpty { continuation.resume() }
        }
        PollThread.shared.withdraw(timer)
    }

    /// How the pool stands at this moment.
    public var statistics: PostgresPoolStatistics {
        state.withLock { state in
            let seconds = state.waited.components
            return PostgresPoolStatistics(
                open: state.lent.count + state.idle.count, idle: state.idle.count, waiting: state.waiters.count,
                waitedTotal: state.waitedCount,
                waitSeconds: Double(seconds.seconds) + Double(seconds.attoseconds) * 1e-18)
        }
    }

    private static let closedFailure = PostgresFailure(.unavailable, "the pool of connections is closed")
}

/// How a pool stands. `waitedTotal` and `waitSeconds` only grow.
public struct PostgresPoolStatistics: Sendable, Equatable {
    /// Open connections, lent or idle.
    public let open: Int
    /// Open connections nobody uses.
    public let idle: Int
    /// Callers waiting for a connection now.
    public let waiting: Int
    /// Callers that ever had to wait for a connection to become free.
    public let waitedTotal: Int
    /// How long they waited, all together.
    public let waitSeconds: Double
}

// MARK: - Lending

extension PostgresPool {
    private func acquire() async throws -> PostgresConnection {
        try Task.checkCancellation()
        switch try await grant() {
        case .connection(let connection): return connection
        case .place:
            do {
                return try await open()
            } catch {
                freePlace()
                throw error
            }
        }
    }

    private func grant() async throws -> Grant {
        let id: UInt64
        let immediate: Grant?
        (id, immediate) = try state.withLock { state in
            if state.isClosed { throw Self.closedFailure }
            state.lastID += 1
            return (state.lastID, state.waiters.isEmpty ? take(&state) : nil)
        }
        if let immediate { return immediate }
        // Cancelled just after it was granted: nobody else will take the mark away.
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { wait(id, $0) }
        } onCancel: {
            cancel(id)
        }
    }

    private func take(_ state: inout State) -> Grant? {
        if let connection = state.idle.popLast() {
            state.lent[ObjectIdentifier(connection)] = connection
            return .connection(connection)
        }
        guard state.places < settings.maximumConnections else { return nil }
        state.places += 1
        return .place
    }

    private func wait(_ id: UInt64, _ continuation: UnsafeContinuation<Grant, any Error>) {
        let answer: Result<Grant, any Error>? = state.withLock { state in
            if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
            if state.isClosed { return .failure(Self.closedFailure) }
            // A connection may have come back between the first look and now.
            if state.waiters.isEmpty, let grant = take(&state) { return .success(grant) }
            if state.waiters.count >= settings.maximumWaiting { return .failure(fullFailure) }
            // Under the lock: a time that is over at once must find who waits, or it would end nothing.
            let timer = PollThread.shared.schedule(after: settings.acquireTimeout) { [weak self] in self?.expire(id) }
            state.waiters.append(Waiter(id: id, since: .now, continuation: continuation, timer: timer))
            state.waitedCount += 1
            return nil
        }
        if let answer { continuation.resume(with: answer) }
    }

    private var fullFailure: PostgresFailure {
        PostgresFailure(
            .unavailable,
            "\(settings.maximumWaiting) callers wait for one of \(settings.maximumConnections) connections already; "
                + "try again when fewer do")
    }

    private func remove(_ id: UInt64, _ state: inout State) -> Waiter? {
        guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
        let waiter = state.waiters.remove(at: index)
        state.waited += .now - waiter.since
        return waiter
    }

    private func expire(_ id: UInt64) {
        let (waiter, busy) = state.withLock { (remove(id, &$0), $0.lent.count) }
        waiter?.continuation.resume(
            throwing: PostgresFailure(
                .unavailable,
                "no connection became free within \(settings.acquireTimeout); \(busy) of \(settings.maximumConnections) are in use"))
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { state in
            let waiter = remove(id, &state)
            if waiter == nil { state.cancelled.insert(id) }
            return waiter
        }
        guard let waiter else { return }
        if let timer = waiter.timer { PollThread.shared.withdraw(timer) }
        waiter.continuation.resume(throwing: CancellationError())
    }

    private func open() async throws -> PostgresConnection {
        let opened = try await ConnectThread.shared.open(settings)
        let connection = PostgresConnection(opened, settings: settings, log: log) { [weak self] in self?.wasClosed($0) }
        var session = settings.sessionSettings
        if let timeout = settings.statementTimeout { session["statement_timeout"] = "\(timeout.pollMilliseconds)ms" }
        let calls = session.sorted { $0.key < $1.key }.map {
            PostgresCall(PostgresStatement(unprepared: "select set_config($1, $2, false)"), [.text($0.key), .text($0.value)])
        }
        do {
            try await connection.pipeline(calls, deadline: settings.connectTimeout)
        } catch {
            connection.close()
            throw error
        }
        state.withLock { $0.lent[ObjectIdentifier(connection)] = connection }
        log(PostgresLogLine(level: .debug, message: "connection \(connection.backendPID) opened", sqlState: nil))
        return connection
    }

    private func giveBack(_ connection: PostgresConnection) async {
        _ = connection.takeDelayed()
        if connection.isInTransaction { await connection.rollBack() }
        let isReusable = connection.isReusable
        let (isKept, next) = state.withLock { state -> (Bool, (Waiter, Grant)?) in
            state.lent[ObjectIdentifier(connection)] = nil
            guard isReusable, !state.isClosed else { return (false, nil) }
            guard let waiter = nextWaiter(&state) else {
                state.idle.append(connection)
                return (true, nil)
            }
            state.lent[ObjectIdentifier(connection)] = connection
            return (true, (waiter, .connection(connection)))
        }
        if let next { resume(next) }
        if isKept {
            // It may have closed between the look and the return, and then nobody was told.
            if connection.closedBy != nil { wasClosed(connection) }
        } else {
            connection.close()
            freePlace()
        }
    }

    private func nextWaiter(_ state: inout State) -> Waiter? {
        guard !state.waiters.isEmpty else { return nil }
        let waiter = state.waiters.removeFirst()
        state.waited += .now - waiter.since
        return waiter
    }

    private func resume(_ next: (Waiter, Grant)) {
        if let timer = next.0.timer { PollThread.shared.withdraw(timer) }
        next.0.continuation.resume(returning: next.1)
    }

    /// A connection is no more: whoever waits first may open another.
    private func freePlace() {
        let (next, closers) = state.withLock { state -> ((Waiter, Grant)?, [UnsafeContinuation<Void, Never>]) in
            if let waiter = nextWaiter(&state) { return ((waiter, .place), []) }
            state.places -= 1
            guard state.isClosed, state.places == 0 else { return (nil, []) }
            defer { state.closers = [] }
            return (nil, state.closers)
        }
        if let next { resume(next) }
        for closer in closers { closer.resume() }
    }

    /// An idle connection closed by itself: the server stopped, or ended it. A lent one is dealt with when it comes back.
    private func wasClosed(_ connection: PostgresConnection) {
        let wasIdle = state.withLock { state in
            guard let index = state.idle.firstIndex(where: { $0 === connection }) else { return false }
            state.idle.remove(at: index)
            return true
        }
        let reason = connection.closedBy?.message ?? ""
        if !state.withLock({ $0.isClosed }) {
            log(PostgresLogLine(level: .warning, message: "connection \(connection.backendPID) lost: \(reason)", sqlState: nil))
        }
        if wasIdle { freePlace() }
    }
}
