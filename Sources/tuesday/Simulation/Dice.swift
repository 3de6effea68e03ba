/// Numbers that look random and follow from a seed and what they are for, so that a simulation can be repeated.
struct Dice {
    private var state: UInt64

    /// The same `purpose` gives the same numbers, whatever was drawn before.
    init(_ seed: UInt64, _ purpose: String, _ number: Int = 0) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ hash ^ UInt64(bitPattern: Int64(number)) &* 0xD1B5_4A32_D192_ED03
    }

    /// 64 bits of SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A whole number in the range.
    mutating func roll(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// True in so many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { roll(0...99) < percent }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[roll(0...items.count - 1)] }

    /// An index below `count`, low ones far more often than high ones.
    mutating func unevenIndex(below count: Int) -> Int {
        let share = Double(next() >> 11) / Double(1 << 53)
        return min(count - 1, Int(Double(count) * share * share * share))
    }
}
