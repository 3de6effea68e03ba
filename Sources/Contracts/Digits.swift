/// Decimal digits as text.
enum Digits {
    /// The most a number of 64 bits has.
    static let most = 20

    /// Writes a number that ends just before a place: with zeros in front where it has fewer digits than wanted, and without
    /// its first digits where it has more.
    ///
    /// - Returns: where it begins.
    @inline(__always)
    @discardableResult
    static func write(
        _ value: UInt64, endingAt end: Int, in count: ClosedRange<Int> = 1...most,
        to text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var rest = value
        var first = end
        repeat {
            first -= 1
            text[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while end - first < count.lowerBound || (rest > 0 && end - first < count.upperBound)
        return first
    }
}
