/// The operating system's source of randomness, fit for ids and tokens: the only place where chance enters the program.
public struct SystemRandom: Sendable {
    public init() {}

    /// 128 random bits.
    public func random128() -> UInt128 {
        var generator = SystemRandomNumberGenerator()
        return UInt128(generator.next()) << 64 | UInt128(generator.next())
    }

    /// A whole number in the range, each equally likely; for jitter.
    public func number(in range: ClosedRange<Int>) -> Int {
        var generator = SystemRandomNumberGenerator()
        return Int.random(in: range, using: &generator)
    }
}
