import CLibpq
import Glibc
import Synchronization

/// Opens connections, any number at a time, on one thread of their own: libpq looks names up with a blocking call,
/// both at the start and when it goes on to the next host.
final class ConnectThread: Sendable {
    static let shared = ConnectThread()

    /// An open connection changing hands. `@unchecked` is true because the thread forgets it when it hands it over.
    struct Opened: @unchecked Sendable { let pointer: OpaquePointer }

    private struct Request: Sendable {
        let parameters: [(String, String)]
        let deadline: ContinuousClock.Instant
        let continuation: UnsafeContinuation<Opened, any Error>
    }

    /// A connection being opened; lives on the thread only.
    private struct Attempt {
        let pointer: OpaquePointer
        let request: Request
        var wants = PGRES_POLLING_WRITING
    }

    private let requests = Mutex<[Request]>([])
    private let wake: Int32

    private init() {
        wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(wake >= 0, "eventfd refused, errno \(errno): raise the limit of open files")
        Thread.start("postgres-open") { self.run() }
    }

    /// An open connection, or `.unavailable` with libpq's reason. Bounded by the settings' `connectTimeout`.
    func open(_ settings: PostgresSettings) async throws -> Opened {
        var parameters: [(String, String)] = [("client_encoding", "UTF8")]
        if !settings.conninfo.isEmpty { parameters.insert(("dbname", settings.conninfo), at: 0) }
        if let name = settings.applicationName { parameters.append(("application_name", name)) }
        let deadline = ContinuousClock.now + settings.connectTimeout
        return try await withUnsafeThrowingContinuation { continuation in
            requests.withLock {
                $0.append(Request(parameters: parameters, deadline: deadline, continuation: continuation))
            }
            var one: UInt64 = 1
            _ = write(wake, &one, 8)
        }
    }

    private func run() {
        var attempts: [Attempt] = []
        while true { attempts = turn(attempts) }
    }

    /// Waits until an attempt can go on, or a new one is wanted; returns those that are still under way.
    private func turn(_ attempts: [Attempt]) -> [Attempt] {
        var sockets = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
        for attempt in attempts {
            let events = attempt.wants == PGRES_POLLING_READING ? POLLIN : POLLOUT
            sockets.append(pollfd(fd: PQsocket(attempt.pointer), events: Int16(events), revents: 0))
        }
        let next = attempts.map(\.request.deadline).min()
        _ = poll(&sockets, nfds_t(sockets.count), next.map { ($0 - .now).pollMilliseconds } ?? -1)

        var going: [Attempt] = []
        for (index, attempt) in attempts.enumerated() {
            if let attempt = advance(attempt, isReady: sockets[index + 1].revents != 0) { going.append(attempt) }
        }
        if sockets[0].revents != 0 {
            var counter: UInt64 = 0
            _ = read(wake, &counter, 8)
            let batch = requests.withLock { requests in
                defer { requests.removeAll() }
                return requests
            }
            going += batch.compactMap(start)
        }
        return going
    }

    private func start(_ request: Request) -> Attempt? {
        let parameters = LivenessProbes.open() + request.parameters
        let pointer = withCStrings(parameters.map(\.0)) { keywords in
            // `1`: `dbname` may be a whole connection string; it wins over keywords before it, and those after it win over it.
            withCStrings(parameters.map(\.1)) { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let pointer else {
            fail(request, "out of memory")
            return nil
        }
        let attempt = Attempt(pointer: pointer, request: request)
        guard PQstatus(pointer) != CONNECTION_BAD else {
            fail(attempt)
            return nil
        }
        return attempt
    }

    private func advance(_ attempt: Attempt, isReady: Bool) -> Attempt? {
        var attempt = attempt
        if isReady { attempt.wants = PQconnectPoll(attempt.pointer) }
        switch attempt.wants {
        case PGRES_POLLING_OK:
            guard PQsetnonblocking(attempt.pointer, 1) == 0 else {
                fail(attempt)
                return nil
            }
            attempt.request.continuation.resume(returning: Opened(pointer: attempt.pointer))
            return nil
        case PGRES_POLLING_FAILED:
            fail(attempt)
            return nil
        default:
            guard attempt.request.deadline <= .now else { return attempt }
            PQfinish(attempt.pointer)
            fail(attempt.request, "no connection within the connect timeout")
            return nil
        }
    }

    private func fail(_ attempt: Attempt) {
        let reason = ServerError.oneLine(String(cString: PQerrorMessage(attempt.pointer)))
        PQfinish(attempt.pointer)
        fail(attempt.request, reason)
    }

    private func fail(_ request: Request, _ reason: String) {
        request.continuation.resume(
            throwing: PostgresFailure(.unavailable, "cannot connect: \(reason); check that the server runs and the settings"))
    }

    /// A null-terminated array of C strings, valid inside the closure.
    private func withCStrings<R>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { UnsafePointer($0) } + [nil]
        return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
