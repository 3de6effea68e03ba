/// How long to wait before a consumer is made anew: not at all after one that lasted or hung, and longer and longer while one
/// after the other breaks down soon, as where this member may not join the group.
struct RemakingPauses {
    private static let lasting = Duration.seconds(60)
    private static let longest = Duration.seconds(30)
    private var short = 0

    /// 0, or 1 s, 2 s, 4 s ... 30 s.
    /// - Parameter lived: after how long the consumer before broke down; nil when it hung, which took its time to be noticed.
    mutating func next(after lived: Duration?) -> Duration {
        guard let lived, lived < Self.lasting else {
            short = 0
            return .zero
        }
        short = min(short + 1, 6)
        return min(Self.longest, .milliseconds(500 << short))
    }
}
