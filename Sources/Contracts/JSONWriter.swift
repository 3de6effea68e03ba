import Domain

/// Writes one flat JSON object into bytes, in the order of the calls, without intermediate values.
///
/// The records of the hot path are written with it: a general encoder costs several times the transaction's share.
public struct JSONWriter: Sendable {
    /// What was written; also room for what its owner puts between two objects.
    var bytes: [UInt8] = []
    private var isFirst = true

    /// A writer of one object, which is open.
    public init(reserve: Int = 384) {
        bytes.reserveCapacity(reserve)
        begin()
    }

    /// A writer of several objects into the same memory.
    init(reserveForMany: Int) {
        bytes.reserveCapacity(reserveForMany)
    }

    mutating func begin() {
        isFirst = true
        bytes.append(UInt8(ascii: "{"))
    }

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
    }

    /// The object, closed. Write nothing after it.
    public consuming func finish() -> [UInt8] {
        end()
        return bytes
    }

    private mutating func name(_ name: StaticString) {
        if isFirst { isFirst = false } else { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    public mutating func write(_ key: StaticString, _ value: some FixedWidthInteger) {
        name(key)
        Self.append(Int64(value), to: &bytes)
    }

    public mutating func write(_ key: StaticString, _ value: Bool) {
        name(key)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    public mutating func write(_ key: StaticString, _ value: String) {
        name(key)
        Self.append(string: value, to: &bytes)
    }

    public mutating func write(_ key: StaticString, _ value: RequestID) {
        name(key)
        bytes.append(UInt8(ascii: "\""))
        value.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func write(_ key: StaticString, _ value: Instant) {
        name(key)
        bytes.append(UInt8(ascii: "\""))
        ISO8601.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// `value` is JSON already.
    public mutating func write(_ key: StaticString, json value: some Sequence<UInt8>) {
        name(key)
        bytes.append(contentsOf: value)
    }

    static func append(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 0 {
            bytes.append(contentsOf: String(value).utf8)
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Digits.most) { digits in
            let first = Digits.write(UInt64(value), endingAt: digits.count, to: digits)
            bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: digits[first...]))
        }
    }

    /// Appends a quoted, escaped JSON string.
    public static func append(string value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        if isPlain {
            bytes.append(contentsOf: value.utf8)
            bytes.append(UInt8(ascii: "\""))
            return
        }
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case 0x0D: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            case 0x09: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            case 0..<0x20:
                let hex = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: Array("\\u00".utf8))
                bytes.append(hex[Int(byte >> 4)])
                bytes.append(hex[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
