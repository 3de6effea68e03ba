/// A load that rises and falls: rates that hold for equally long steps.
struct BurstShape: Sendable {
    /// Requests a second of each step, before ``factor``.
    let steps: [Int]
    let factor: Int
    let stepSeconds: Int

    /// The shape on which another system of this kind was measured: at a million requests under 5 % succeeded.
    static let usual = [1, 15, 1, 25, 2, 35, 10]

    var loop: OpenLoop {
        OpenLoop(
            offsets: steps.enumerated().flatMap { step, rate in
                let each = 1 / Double(rate * factor)
                return (0..<(rate * factor * stepSeconds)).map { Double(step * stepSeconds) + Double($0) * each }
            })
    }

    /// Which step an instant belongs to.
    func step(at seconds: Double) -> Int { min(steps.count - 1, max(0, Int(seconds) / stepSeconds)) }

    /// Steps that are calmer than the one before.
    var valleys: [Int] { steps.indices.dropFirst().filter { steps[$0] < steps[$0 - 1] } }
}

/// What latencies did over a burst.
struct BurstCourse: Sendable {
    /// How much of a valley is looked at together.
    static let window = 0.1

    let shape: BurstShape
    /// By step, in order.
    private(set) var steps: [Latencies]
    private(set) var whole = Latencies()
    private var items: [(at: Double, seconds: Double)] = []

    /// - Parameter items: when each request was meant to be sent, and how long it took; those that failed are left out.
    init(_ shape: BurstShape, _ items: [(at: Double, seconds: Double)]) {
        self.shape = shape
        self.items = items
        steps = Array(repeating: Latencies(), count: shape.steps.count)
        for item in items {
            let microseconds = Int64(item.seconds * 1_000_000)
            steps[shape.step(at: item.at)].record(microseconds: microseconds)
            whole.record(microseconds: microseconds)
        }
    }

    /// What counts as calm: twice the 95th percentile of the first step, and at least 10 ms above it.
    var calmSeconds: Double {
        let calm = steps[0].milliseconds(atPercentile: 95) / 1_000
        return max(2 * calm, calm + 0.01)
    }

    /// For each valley how long after its beginning the median of a window was last above calm; 0 when it never was,
    /// and the whole length of the valley when it still was at the end.
    func recoverySeconds() -> [Double] {
        shape.valleys.map { step in
            let begin = Double(step * shape.stepSeconds)
            var windows: [Int: [Double]] = [:]
            for item in items where shape.step(at: item.at) == step {
                windows[Int((item.at - begin) / Self.window), default: []].append(item.seconds)
            }
            let restless = windows.filter { Spread($0.value).median > calmSeconds }.keys.max()
            return restless.map { min(Double($0 + 1) * Self.window, Double(shape.stepSeconds)) } ?? 0
        }
    }
}
