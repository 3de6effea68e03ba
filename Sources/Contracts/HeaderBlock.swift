/// A message's headers, side by side in bytes that messages may share: writing and copying them allocates nothing per
/// header. Names and values are UTF-8; names may repeat and keep their order.
public struct HeaderBlock: Sendable {
    /// One after the other: the lengths of name and value as four bytes each, least significant first; name; value.
    let bytes: ArraySlice<UInt8>

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    public init(_ headers: [OutgoingMessage.Header]) {
        var bytes: [UInt8] = []
        for header in headers {
            Self.append(header.name.utf8.count, header.value.utf8.count, to: &bytes)
            bytes.append(contentsOf: header.name.utf8)
            bytes.append(contentsOf: header.value.utf8)
        }
        self.bytes = bytes[...]
    }

    /// Calls the body with each name and value; the pointers are valid for that call only.
    public func forEach(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var at = 0
            while at + 8 <= bytes.count {
                let nameCount = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
                let valueCount = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: at + 4, as: UInt32.self)))
                at += 8
                body(
                    UnsafeRawBufferPointer(rebasing: bytes[at..<at + nameCount]),
                    UnsafeRawBufferPointer(rebasing: bytes[at + nameCount..<at + nameCount + valueCount]))
                at += nameCount + valueCount
            }
        }
    }

    /// The headers, each as text.
    public var headers: [OutgoingMessage.Header] {
        var headers: [OutgoingMessage.Header] = []
        forEach { name, value in
            headers.append(.init(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return headers
    }

    static func append(_ nameCount: Int, _ valueCount: Int, to bytes: inout [UInt8]) {
        var lengths = (UInt32(nameCount).littleEndian, UInt32(valueCount).littleEndian)
        withUnsafeBytes(of: &lengths) { bytes.append(contentsOf: $0) }
    }

    /// Appends a header whose value `write` appends.
    static func append(_ name: StaticString, to bytes: inout [UInt8], _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        append(name.utf8CodeUnitCount, 0, to: &bytes)
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        let valueStart = bytes.count
        write(&bytes)
        var count = UInt32(bytes.count - valueStart).littleEndian
        bytes.withUnsafeMutableBytes { bytes in
            withUnsafeBytes(of: &count) { bytes[(start + 4)..<(start + 8)].copyBytes(from: $0) }
        }
    }
}
