/// A request's id: a UUID of version 7 (RFC 9562), minted at intake from the time of acceptance, so that
/// ids sort in order of acceptance and index pages fill from the right.
public struct RequestID: Hashable, Comparable, Sendable {
    /// The sixteen bytes, most significant first.
    public let value: UInt128

    public init(_ value: UInt128) {
        self.value = value
    }

    /// - Parameters:
    ///   - acceptedAt: the first 48 bits, in milliseconds.
    ///   - random: of which 74 bits are used.
    public init(acceptedAt: Instant, random: UInt128) {
        let milliseconds = UInt128(UInt64(bitPattern: acceptedAt.microseconds / 1_000) & 0xFFFF_FFFF_FFFF)
        let high = (random >> 64) & 0xFFF
        let low = random & 0x3FFF_FFFF_FFFF_FFFF
        value = milliseconds << 80 | UInt128(7) << 76 | high << 64 | UInt128(2) << 62 | low
    }

    public static func < (left: RequestID, right: RequestID) -> Bool {
        left.value < right.value
    }

    /// The millisecond of acceptance that the id carries.
    public var acceptedAt: Instant {
        Instant(microseconds: Int64(value >> 80) * 1_000)
    }
}

extension RequestID: LosslessStringConvertible {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Lower case, 36 characters, for example `018f3c1e-7a10-7cc3-98c4-dc0c0c07398f`.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var at = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    buffer[at] = UInt8(ascii: "-")
                    at += 1
                }
                buffer[at] = Self.digits[Int(truncatingIfNeeded: value >> UInt128((31 - nibble) * 4)) & 15]
                at += 1
            }
            return 36
        }
    }

    /// Nil unless the text is 32 hexadecimal digits, with hyphens anywhere or nowhere.
    public init?(_ description: String) {
        self.init(utf8: description.utf8)
    }

    public init?(utf8 text: some Sequence<UInt8>) {
        var value: UInt128 = 0
        var count = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            case UInt8(ascii: "-"): continue
            default: return nil
            }
            value = value << 4 | UInt128(digit)
            count += 1
        }
        guard count == 32 else { return nil }
        self.value = value
    }
}
