/// How long a batch that is not full waits for more.
public struct KafkaLinger: Sendable, Hashable {
    /// From its first record on, in milliseconds.
    public var milliseconds: Int
    /// From its newest record on, in milliseconds: what comes in bursts is not waited for when the burst is over.
    public var quietMilliseconds: Int

    /// Waits for nothing.
    public static let none = KafkaLinger(milliseconds: 0)

    /// - Parameter quietMilliseconds: nil: as long as `milliseconds`.
    public init(milliseconds: Int, quietMilliseconds: Int? = nil) {
        self.milliseconds = milliseconds
        self.quietMilliseconds = quietMilliseconds ?? milliseconds
    }
}

/// One wait under a ``KafkaLinger``, in milliseconds of a clock that never goes back.
struct LingerPatience {
    private let linger: KafkaLinger
    private var deadline: Int64?
    private var newest: (count: Int, at: Int64) = (0, 0)
    /// What is there is to be taken.
    private(set) var isOver: Bool
    /// When to look again; nil: when there is a record.
    private(set) var until: Int64?

    init(_ linger: KafkaLinger) {
        self.linger = linger
        isOver = linger.milliseconds <= 0
    }

    /// Takes note of how many records are there.
    mutating func look(at count: Int, now: Int64) {
        guard count > 0 else {
            until = nil
            return
        }
        let deadline = self.deadline ?? now + Int64(linger.milliseconds)
        self.deadline = deadline
        if count != newest.count { newest = (count, now) }
        let until = min(deadline, newest.at + Int64(linger.quietMilliseconds))
        self.until = until
        isOver = now >= until
    }
}
