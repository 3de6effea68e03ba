import Domain
import Glibc

/// The machine's clock: the only place where real time enters the program.
public struct SystemClock: Sendable {
    public init() {}

    /// Wall-clock time in UTC; may step when the machine's clock is set.
    public func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Nanoseconds since some fixed moment, never running backwards: for measuring how long something took.
    public func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
