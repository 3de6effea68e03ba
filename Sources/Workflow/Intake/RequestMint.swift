import Contracts
import Domain
import Synchronization

/// Mints the ids of accepted requests: from the instant and chance, and so that those accepted about the same time share
/// a partition of the requests topic (``PartitionGathering``), once it is known how many that has.
public final class RequestMint: Sendable {
    private struct State {
        var partitions = 1
        var gathering: PartitionGathering
    }

    private let random: @Sendable () -> UInt128
    private let state: Mutex<State>

    /// - Parameter random: 128 bits of chance.
    public init(random: @escaping @Sendable () -> UInt128) {
        self.random = random
        state = Mutex(State(gathering: PartitionGathering(first: Int(truncatingIfNeeded: random() & 0xFFFF))))
    }

    /// Tells how many partitions the requests topic has. What was minted before stays right: nobody relies on it.
    public func gather(among partitions: Int) {
        state.withLock { $0.partitions = max(1, partitions) }
    }

    public func mint(acceptedAt: Instant) -> RequestID {
        let id = RequestID(acceptedAt: acceptedAt, random: random())
        let (partition, partitions) = state.withLock { state in
            (state.gathering.next(among: state.partitions, at: acceptedAt), state.partitions)
        }
        return RequestPartition.move(id, to: partition, among: partitions)
    }
}
