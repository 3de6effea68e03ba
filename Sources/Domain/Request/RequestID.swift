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

    /// The low half is 62 bits of chance: enough to tell ids apart in a table, at half the cost.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(UInt64(truncatingIfNeeded: value))
    }

    /// The millisecond of acceptance that the id carries.
    public var acceptedAt: Instant {
        Instant(microseconds: Int64(value >> 80) * 1_000)
    }
}

extension RequestID: LosslessStringConvertible {
    /// Lower case, 36 characters, for example `018f3c1e-7a10-7cc3-98c4-dc0c0c07398f`.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { write(to: $0) }
    }

    /// Appends ``description``.
    public func append(to bytes: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { buffer in
            _ = write(to: buffer)
            bytes.append(contentsOf: buffer)
        }
    }

    private func write(to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var at = 0
        for half in [UInt64(truncatingIfNeeded: value >> 64), UInt64(truncatingIfNeeded: value)] {
            var shift: UInt64 = 64
            while shift > 0 {
                shift -= 4
                let digit = UInt8(truncatingIfNeeded: half >> shift) & 15
                buffer[at] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
                at += 1
                if at == 8 || at == 13 || at == 18 || at == 23 {
                    buffer[at] = UInt8(ascii: "-")
                    at += 1
                }
            }
        }
        return at
    }

    /// Nil unless the text is 32 hexadecimal digits, with hyphens anywhere or nowhere.
    public init?(_ description: String) {
        var description = description
        guard let parsed = description.withUTF8({ RequestID(utf8: $0) }) else { return nil }
        self = parsed
    }

    public init?(utf8 text: ArraySlice<UInt8>) {
        guard let parsed = text.withUnsafeBufferPointer({ RequestID(utf8: $0) }) else { return nil }
        self = parsed
    }

    public init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        var high: UInt64 = 0
        var low: UInt64 = 0
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
            if count < 16 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
            count += 1
        }
        guard count == 32 else { return nil }
        value = UInt128(high) << 64 | UInt128(low)
    }
}
