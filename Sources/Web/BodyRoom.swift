import Synchronization

/// How many bytes of request bodies are in memory, all requests together: of those being received, and of those that
/// wait for an answer.
final class BodyRoom: Sendable {
    let maximumBytes: Int
    private let taken = Mutex(0)

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// False, and nothing is taken, when there is no room for so many more.
    func take(_ byteCount: Int) -> Bool {
        taken.withLock { taken in
            guard byteCount <= maximumBytes - taken else { return false }
            taken += byteCount
            return true
        }
    }

    func giveBack(_ byteCount: Int) {
        taken.withLock { $0 -= byteCount }
    }
}
