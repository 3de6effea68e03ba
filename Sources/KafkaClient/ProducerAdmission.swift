import CRdKafka
import Synchronization

/// The bound on bytes in flight: batches enter in the order they asked, and wait while there is no room.
final class ProducerAdmission: Sendable {
    private struct Waiter {
        let id: UInt64
        let byteCount: Int
        let continuation: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var bytesInFlight = 0
        var waiters: [Waiter] = []
        var nextID: UInt64 = 0
        var isClosed = false
    }
    private let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    var bytesInFlight: Int { state.withLock { $0.bytesInFlight } }

    /// Returns when the batch has its room. A batch larger than the whole bound enters when nothing else is in flight.
    func enter(_ byteCount: Int) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if state.isClosed { return .failure(Self.closed) }
                    // A cancellation that came before this lock found no waiter to remove; it is seen here instead.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.waiters.isEmpty, hasRoom(for: byteCount, state) {
                        state.bytesInFlight += byteCount
                        return .success(())
                    }
                    state.waiters.append(Waiter(id: id, byteCount: byteCount, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let (removed, admitted) = state.withLock { state -> (Waiter?, [Waiter]) in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return (nil, []) }
                // Those behind a large batch that gives up may have room now.
                return (state.waiters.remove(at: index), admit(&state))
            }
            removed?.continuation.resume(throwing: CancellationError())
            for waiter in admitted { waiter.continuation.resume() }
        }
    }

    func leave(_ byteCount: Int) {
        let admitted = state.withLock { state in
            state.bytesInFlight -= byteCount
            return admit(&state)
        }
        for waiter in admitted { waiter.continuation.resume() }
    }

    /// Refuses whoever waits and whoever comes; bytes in flight go on leaving.
    func close() {
        let refused = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in refused { waiter.continuation.resume(throwing: Self.closed) }
    }

    static let closed = KafkaError(RD_KAFKA_RESP_ERR__STATE, "this producer is closed")

    private func hasRoom(for byteCount: Int, _ state: borrowing State) -> Bool {
        state.bytesInFlight == 0 || state.bytesInFlight + byteCount <= maximumBytes
    }

    private func admit(_ state: inout State) -> [Waiter] {
        var admitted: [Waiter] = []
        while let first = state.waiters.first, hasRoom(for: first.byteCount, state) {
            state.bytesInFlight += first.byteCount
            admitted.append(state.waiters.removeFirst())
        }
        return admitted
    }
}
