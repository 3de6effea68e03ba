/// SplitMix64: the same seed gives the same numbers everywhere.
@frozen
public struct SeededRandom: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    @inlinable
    public init(seed: UInt64) {
        state = seed
        // Seeds that differ in one bit only begin far apart.
        _ = next()
    }

    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// 0 up to, not including, `bound`.
    @inlinable
    public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    @inlinable
    public mutating func between(_ low: Int, _ high: Int) -> Int { low + below(high - low + 1) }

    /// True so many times in a thousand.
    @inlinable
    public mutating func happens(perMille: Int) -> Bool { below(1_000) < perMille }
}
