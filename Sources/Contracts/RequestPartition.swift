import Domain

/// Where a request's events go: the partition that Kafka's usual partitioner (murmur2 of the key, as in the Java client)
/// gives the request's id.
///
/// A hint for whoever wants to know before they are published. Where they went is for the broker to say: a producer may
/// be told to use another partitioner.
public enum RequestPartition {
    /// - Parameter count: partitions of the requests topic, 1...
    public static func of(_ request: RequestID, among count: Int) -> Int {
        withKey(of: request) { partition(of: hash($0[...], $0.count), among: count) }
    }

    /// The id changed in its last 16 bits, all of chance, so that its events go to the partition.
    ///
    /// One in `count` ids does, so about as many are tried; unchanged when none of the 65,536 does.
    public static func move(_ request: RequestID, to wanted: Int, among count: Int) -> RequestID {
        guard count > 1 else { return request }
        return withKey(of: request) { key in
            let last = key.count - 4
            // All but the last four characters, which the last four digits of the id are, hash to the same.
            let begun = hash(key[..<last], key.count)
            let drawn = UInt16(truncatingIfNeeded: request.value)
            for step in 0...UInt16.max {
                let digits = drawn &+ step
                if partition(of: finish(mix(begun, word(of: digits))), among: count) == wanted {
                    return RequestID(request.value & ~0xFFFF | UInt128(digits))
                }
            }
            return request
        }
    }

    private static func withKey<Result>(of request: RequestID, _ body: ([UInt8]) -> Result) -> Result {
        var key: [UInt8] = []
        key.reserveCapacity(36)
        request.append(to: &key)
        return body(key)
    }

    private static func partition(of hash: UInt32, among count: Int) -> Int { Int(hash & 0x7FFF_FFFF) % count }

    /// MurmurHash2 by Austin Appleby with Kafka's seed; the length of an id's text is a multiple of four.
    private static func hash(_ bytes: ArraySlice<UInt8>, _ keyLength: Int) -> UInt32 {
        var hash = 0x9747_B28C ^ UInt32(keyLength)
        var at = bytes.startIndex
        while at < bytes.endIndex {
            hash = mix(hash, littleEndian(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]))
            at += 4
        }
        return bytes.count == keyLength ? finish(hash) : hash
    }

    private static let multiplier: UInt32 = 0x5BD1_E995

    private static func mix(_ hash: UInt32, _ word: UInt32) -> UInt32 {
        var word = word &* multiplier
        word ^= word >> 24
        return hash &* multiplier ^ word &* multiplier
    }

    private static func finish(_ hash: UInt32) -> UInt32 {
        var hash = hash
        hash ^= hash >> 13
        hash = hash &* multiplier
        return hash ^ hash >> 15
    }

    /// The four hexadecimal characters of these bits, as the hash reads them.
    private static func word(of bits: UInt16) -> UInt32 {
        func character(_ shift: UInt16) -> UInt8 {
            let digit = UInt8(bits >> shift & 15)
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
        }
        return littleEndian(character(12), character(8), character(4), character(0))
    }

    private static func littleEndian(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt32 {
        UInt32(a) | UInt32(b) << 8 | UInt32(c) << 16 | UInt32(d) << 24
    }
}
