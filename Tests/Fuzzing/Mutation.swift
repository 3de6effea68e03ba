import Chance

/// Spoils what a decoder can read, from a seed: for builds without libFuzzer, which knows what it has not reached yet.
struct Mutation {
    private let corpus: [[UInt8]]
    private var random: SeededRandom

    /// What decoders stumble over.
    private static let words: [[UInt8]] = [
        "\"", "\\", "\\u", "\\ud800", "{", "}", "[", "]", ",", ":", "null", "-", "1e999", "9223372036854775808", "-0", "\r", "\n",
        "\u{0}", "\u{FEFF}", "2028-02-30", "24:00:00", "+24:00",
    ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x81, 0x30, 0x81, 0x30]]

    init(corpus: [[UInt8]], seed: UInt64) {
        self.corpus = corpus
        random = SeededRandom(seed: seed)
    }

    mutating func next() -> [UInt8] {
        var bytes = corpus[random.below(corpus.count)]
        for _ in 0..<random.between(1, 6) { spoil(&bytes) }
        return bytes
    }

    private mutating func spoil(_ bytes: inout [UInt8]) {
        let place = random.below(bytes.count + 1)
        let range = place..<min(bytes.count, place + random.between(1, 12))
        switch random.below(6) {
        case 0: bytes.insert(contentsOf: Self.words[random.below(Self.words.count)], at: place)
        case 1: bytes.removeSubrange(range)
        case 2: bytes.insert(contentsOf: bytes[range], at: random.below(bytes.count + 1))
        case 3: bytes.replaceSubrange(range, with: Self.words[random.below(Self.words.count)])
        case 4: bytes.removeSubrange(place...)
        default: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.below(8)) }
        }
    }
}
