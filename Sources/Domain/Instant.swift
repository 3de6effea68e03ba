/// A point in time: microseconds since 1970-01-01T00:00:00Z, the precision PostgreSQL stores.
///
/// Nothing in `Domain` reads a clock: an instant is always passed in.
public struct Instant: Hashable, Comparable, Sendable, Codable {
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    public init(seconds: Int64) {
        self.microseconds = seconds * 1_000_000
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    /// Whole seconds since 1970, rounded towards the past.
    public var seconds: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : -((999_999 - microseconds) / 1_000_000)
    }

    /// Seconds from `earlier` to this instant; negative when this instant is the earlier one.
    public func seconds(since earlier: Instant) -> Double {
        Double(microseconds - earlier.microseconds) / 1_000_000
    }

    public func adding(seconds: Int64) -> Instant {
        Instant(microseconds: microseconds + seconds * 1_000_000)
    }

    public func adding(minutes: Int64) -> Instant {
        adding(seconds: minutes * 60)
    }
}
