/// How requests are routed, as far as it is configuration. A decision stores the version.
public struct RoutingPolicy: Sendable, Hashable {
    public var version: Int32
    /// Back-off of a waiting request in seconds: the first and least, and the most it doubles up to.
    public var retrySeconds: ClosedRange<Int64>

    public init(version: Int32, retrySeconds: ClosedRange<Int64>) {
        self.version = version
        self.retrySeconds = retrySeconds
    }

    /// From one minute to one hour: an illustrative default.
    public static let current = RoutingPolicy(version: 1, retrySeconds: 60...3_600)

    /// The back-off of a request that has already waited that often: 60 s, 120 s, 240 s … 3,600 s.
    public func backOffSeconds(attempts: Int32) -> Int64 {
        var seconds = retrySeconds.lowerBound
        for _ in 0..<max(0, min(attempts, 62)) where seconds < retrySeconds.upperBound { seconds *= 2 }
        return min(seconds, retrySeconds.upperBound)
    }
}
