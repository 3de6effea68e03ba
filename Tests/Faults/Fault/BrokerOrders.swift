import Synchronization

/// What brokers were told to answer, in order: it has happened once it is no longer among what they have yet to answer.
final class BrokerOrders: Sendable {
    private struct Place: Hashable {
        /// Brokers that were replaced answer nothing any more.
        var generation: Int
        var broker: Int
        var request: Int
    }

    private let waiting = Mutex<[Place: [String?]]>([:])
    /// How often what was answered.
    private let cover: @Sendable (String) -> Void

    init(cover: @escaping @Sendable (String) -> Void) { self.cover = cover }

    /// - Parameters:
    ///   - order: as ``BrokerProcess/tell(_:)`` takes it, for one answer.
    ///   - what: what is counted when it was given; nil: nothing.
    func give(
        _ order: String, to broker: Int, request: Int, counting what: String?, _ installation: Installation
    ) async throws {
        let place = Place(generation: installation.gateway.generation, broker: broker, request: request)
        // In this order: what is not yet told must not be taken for answered.
        try await installation.broker.tell(order)
        waiting.withLock { $0[place, default: []].append(what) }
    }

    /// What is still to be answered is not counted any more: others than it was meant for may ask from now on.
    func countNoMore() { waiting.withLock { $0 = $0.mapValues { $0.map { _ in nil } } } }

    /// Counts what has been answered since the last time.
    ///
    /// - Returns: how many answers to requests of this kind, or of all, are still to come.
    @discardableResult
    func settle(_ request: Int? = nil, in installation: Installation) async throws -> Int {
        let generation = installation.gateway.generation
        let places = waiting.withLock { waiting in
            waiting.filter { $0.key.generation == generation && !$0.value.isEmpty && (request ?? $0.key.request) == $0.key.request }
        }
        var left = 0
        for (place, orders) in places {
            let pending = try await installation.broker.tell("pending \(place.request) \(place.broker)") ?? 0
            left += pending
            // Somebody else may have counted some of them meanwhile.
            let answered = waiting.withLock { waiting in
                let known = waiting[place] ?? []
                let left = min(known.count, max(pending, known.count - orders.count + pending))
                waiting[place] = Array(known.suffix(left))
                return known.dropLast(left)
            }
            for what in answered.compactMap(\.self) { cover(what) }
        }
        return left
    }
}
