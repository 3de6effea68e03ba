import CLibpq
import Glibc
import Synchronization

/// The one thread that waits for every connection's socket, and for every deadline, of the process.
///
/// It never runs a caller's code: it reads and writes what is ready through `PostgresConnection.ready`, and resumes
/// continuations. Callers send from their own thread, so a query costs one wake-up of this thread and one of the caller.
final class PollThread: Sendable {
    static let shared = PollThread()

    /// Names a deadline so that it can be withdrawn.
    typealias TimerID = UInt64

    private struct State {
        var sockets: [UInt64: PostgresConnection] = [:]
        var nextID: UInt64 = 1
        /// Ascending by `at`. A withdrawn deadline stays until it is reached or compacted away.
        var deadlines: [(at: ContinuousClock.Instant, id: TimerID)] = []
        var actions: [TimerID: @Sendable () -> Void] = [:]
        /// When the thread wakes next without being asked; nil: not before something happens.
        var sleepsUntil: ContinuousClock.Instant?
    }

    private let epoll: Int32
    private let wake: Int32
    private let state = Mutex(State())

    private static let readable: UInt32 = 0x1  // EPOLLIN
    private static let writable: UInt32 = 0x4  // EPOLLOUT
    private static let wakeID: UInt64 = 0

    private init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(epoll >= 0 && wake >= 0, "epoll or eventfd refused, errno \(errno): raise the limit of open files")
        var event = epoll_event(events: Self.readable, data: epoll_data_t(u64: Self.wakeID))
        epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event)
        Thread.start("postgres-poll") { self.run() }
    }

    /// Watches a socket until `remove`; the connection is kept alive meanwhile.
    func add(_ connection: PostgresConnection, socket: Int32) -> UInt64 {
        let id = state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            state.sockets[id] = connection
            return id
        }
        var event = epoll_event(events: Self.readable, data: epoll_data_t(u64: id))
        epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)
        return id
    }

    /// Whether to report that the socket can be written to, besides that it can be read.
    func watch(_ id: UInt64, socket: Int32, forWriting: Bool) {
        let events = forWriting ? Self.readable | Self.writable : Self.readable
        var event = epoll_event(events: events, data: epoll_data_t(u64: id))
        epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event)
    }

    /// Must come before the socket is closed: its number may be another connection's the moment after.
    func remove(_ id: UInt64, socket: Int32) {
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event)
        state.withLock { _ = $0.sockets.removeValue(forKey: id) }
    }

    /// Runs a short action on this thread after a while, unless withdrawn first.
    func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> TimerID {
        let at = ContinuousClock.now + delay
        let (id, isEarliest) = state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            state.actions[id] = action
            var place = state.deadlines.count
            while place > 0, state.deadlines[place - 1].at > at { place -= 1 }
            state.deadlines.insert((at, id), at: place)
            let isEarliest = state.sleepsUntil.map { at < $0 } ?? true
            if isEarliest { state.sleepsUntil = at }
            return (id, isEarliest)
        }
        if isEarliest { wakeUp() }
        return id
    }

    /// Withdraws a deadline; one that is just being met may still run, so its action checks that it is still wanted.
    func withdraw(_ id: TimerID) {
        state.withLock { state in
            state.actions[id] = nil
            if state.deadlines.count > 64 + 2 * state.actions.count {
                let live = state.actions
                state.deadlines.removeAll { live[$0.id] == nil }
            }
        }
    }

    private func wakeUp() {
        var one: UInt64 = 1
        // Fails only when the counter is full, and then the thread is about to wake anyway.
        _ = write(wake, &one, 8)
    }

    private func run() {
        // Plain memory for as long as the process lives: an array, held here by a loop without an end, is never given back
        // by what looks into it (Swift 6.3), so each turn would take a new one.
        let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 64)
        while true { turn(events) }
    }

    /// Waits once, and hands what is ready to the connections.
    private func turn(_ events: UnsafeMutableBufferPointer<epoll_event>) {
        let timeout = runDueActions()
        let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), timeout)
        guard count > 0 else { return }
        for event in events[..<Int(count)] {
            let id = event.data.u64
            if id == Self.wakeID {
                var counter: UInt64 = 0
                _ = read(wake, &counter, 8)
                continue
            }
            // Gone when it was closed between the wait and now.
            let connection = state.withLock { $0.sockets[id] }
            connection?.ready(readable: event.events & ~Self.writable != 0)
        }
    }

    /// Milliseconds until the next deadline, -1 for none.
    private func runDueActions() -> Int32 {
        let now = ContinuousClock.now
        let (due, next) = state.withLock { state in
            let end = state.deadlines.firstIndex { $0.at > now } ?? state.deadlines.count
            let due = state.deadlines[..<end].compactMap { state.actions.removeValue(forKey: $0.id) }
            state.deadlines.removeSubrange(..<end)
            state.sleepsUntil = state.deadlines.first?.at
            return (due, state.sleepsUntil)
        }
        for action in due { action() }
        guard let next else { return -1 }
        return (next - .now).pollMilliseconds
    }
}

extension Duration {
    /// For `poll` and `epoll_wait`: rounded up, so that nothing is woken just before its time.
    var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: max(0, milliseconds))
    }
}
