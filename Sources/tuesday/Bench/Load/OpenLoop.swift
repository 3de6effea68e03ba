import Domain
import Runtime

/// When each item of a load is meant to be sent, whatever becomes of the earlier ones.
///
/// Latencies are counted from these instants and not from the actual sending, so that a system which stands still, or
/// a generator that is late, is not left out of the figures (coordinated omission).
struct OpenLoop: Sendable {
    /// What is due at a time, as seconds since the beginning, in ascending order.
    let offsets: [Double]

    /// So many a second, evenly.
    init(rate: Double, count: Int) {
        offsets = (0..<count).map { Double($0) / rate }
    }

    init(offsets: [Double]) {
        self.offsets = offsets
    }

    var count: Int { offsets.count }

    /// How many items are due that long after the beginning.
    func due(after seconds: Double) -> Int {
        var (low, high) = (0, offsets.count)
        while low < high {
            let middle = (low + high) / 2
            if offsets[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// A loop that has begun, by both clocks.
    struct Running: Sendable {
        let began = ContinuousClock.now
        let beganAt = SystemClock().now()
        let loop: OpenLoop

        init(_ loop: OpenLoop) { self.loop = loop }

        var elapsed: Double { (ContinuousClock.now - began) / .seconds(1) }

        /// When an item was meant to be sent, by the wall clock.
        func intended(_ item: Int) -> Instant {
            Instant(microseconds: beganAt.microseconds + Int64(loop.offsets[item] * 1_000_000))
        }

        /// Calls `send` with all items that have become due since the last call, every millisecond or as soon as the
        /// next one is due. `send` must not wait for what it sends.
        func run(_ send: (Range<Int>) async throws -> Void) async throws {
            var sent = 0
            while sent < loop.count {
                let due = loop.due(after: elapsed)
                if due > sent {
                    try await send(sent..<due)
                    sent = due
                }
                guard sent < loop.count else { return }
                let next = max(loop.offsets[sent], elapsed + 0.001)
                try await Task.sleep(until: began + .seconds(next), tolerance: .zero, clock: .continuous)
            }
        }
    }
}
