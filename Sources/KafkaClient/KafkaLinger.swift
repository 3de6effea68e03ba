/// How long a batch that is not full waits for more: whichever of the two is over first.
public struct KafkaLinger: Sendable, Hashable {
    /// Since it was first asked for and there was a record, in milliseconds.
    public var milliseconds: Int
    /// Since its newest record came, in milliseconds: when a burst is over nothing more is waited for.
    public var quietMilliseconds: Int

    /// Waits for nothing.
    public static let none = KafkaLinger(milliseconds: 0)

    /// - Parameters:
    ///   - milliseconds: 0...
    ///   - quietMilliseconds: 0...; nil: as long as `milliseconds`.
    public init(milliseconds: Int, quietMilliseconds: Int? = nil) {
        self.milliseconds = milliseconds
        self.quietMilliseconds = quietMilliseconds ?? milliseconds
    }
}

/// One wait under a ``KafkaLinger``, in milliseconds of a clock that never goes back.
struct LingerPatience {
    private let linger: KafkaLinger
    private var deadline: Int64?
    /// What is there is to be taken.
    private(set) var isOver: Bool
    /// When to look again; nil: when there is a record.
    private(set) var until: Int64?

    init(_ linger: KafkaLinger) {
        self.linger = linger
        isOver = linger.milliseconds <= 0
    }

    /// Takes note of when the newest of the records came; nil: there is none.
    mutating func look(newestAt newest: Int64?, now: Int64) {
        guard let newest else {
            until = nil
            return
        }
        let deadline = self.deadline ?? now + Int64(linger.milliseconds)
        self.deadline = deadline
        let until = min(deadline, newest + Int64(linger.quietMilliseconds))
        self.until = until
        isOver = now >= until
    }
}
