/// Repeatable random numbers (SplitMix64): a failing seed can be run again.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) {
        state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func roll<T: FixedWidthInteger>(_ range: ClosedRange<T>) -> T { T.random(in: range, using: &self) }

    /// True in so many of a hundred.
    mutating func hits(_ percent: Int) -> Bool { roll(1...100) <= percent }

    mutating func pick<T>(_ values: [T]) -> T { values[roll(0...values.count - 1)] }
}
