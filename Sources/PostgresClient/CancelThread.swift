import CLibpq
import Glibc
import Synchronization

/// Sends cancel requests one after the other: `PQcancel` opens a connection of its own and blocks.
final class CancelThread: Sendable {
    static let shared = CancelThread()

    /// What `PQcancel` needs. `@unchecked` is true because a `PGcancel` is a copy of the address and key, written once.
    private struct Request: @unchecked Sendable { let pointer: OpaquePointer }

    private let requests = Mutex<[Request]>([])
    private let wake: Int32
    /// Past this many the server cannot be reached anyway, and it notices the closed sockets by itself.
    private static let bound = 256

    private init() {
        wake = eventfd(0, Int32(EFD_CLOEXEC))
        precondition(wake >= 0, "eventfd refused, errno \(errno): raise the limit of open files")
        Thread.start("postgres-cancel") { self.run() }
    }

    /// Asks the server to abandon what a connection is doing. Takes the cancel handle over.
    func cancel(_ handle: OpaquePointer) {
        let request = Request(pointer: handle)
        let accepted = requests.withLock { requests in
            guard requests.count < Self.bound else { return false }
            requests.append(request)
            return true
        }
        guard accepted else { return PQfreeCancel(handle) }
        var one: UInt64 = 1
        _ = write(wake, &one, 8)
    }

    private func run() {
        while true { turn() }
    }

    private func turn() {
        var counter: UInt64 = 0
        _ = read(wake, &counter, 8)
        let batch = requests.withLock { requests in
            defer { requests.removeAll() }
            return requests
        }
        var message = [CChar](repeating: 0, count: 256)
        for request in batch {
            // A refusal needs no handling: the connection is closed in any case, this only ends its query sooner.
            PQcancel(request.pointer, &message, Int32(message.count))
            PQfreeCancel(request.pointer)
        }
    }
}
