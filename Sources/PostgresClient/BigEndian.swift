/// Network byte order, which is what PostgreSQL's binary format is made of.
extension [UInt8] {
    @inline(__always)
    mutating func appendBigEndian<T: FixedWidthInteger>(_ value: T) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends a value behind its length.
    @inline(__always)
    mutating func appendCounted<T: FixedWidthInteger>(_ value: T) {
        withUnsafeTemporaryAllocation(byteCount: 4 + MemoryLayout<T>.size, alignment: 16) { buffer in
            buffer.storeBytes(of: Int32(MemoryLayout<T>.size).bigEndian, as: Int32.self)
            buffer.storeBytes(of: value.bigEndian, toByteOffset: 4, as: T.self)
            append(contentsOf: UnsafeRawBufferPointer(buffer))
        }
    }

    /// Appends a value behind its length. With `width` the length is known beforehand.
    @inline(__always)
    mutating func appendCounted(width: Int?, _ body: (inout [UInt8]) -> Void) {
        if let width {
            appendBigEndian(Int32(width))
            body(&self)
            return
        }
        let start = count
        appendBigEndian(Int32(0))
        body(&self)
        let length = UInt32(count - start - 4)
        self[start] = UInt8(truncatingIfNeeded: length >> 24)
        self[start + 1] = UInt8(truncatingIfNeeded: length >> 16)
        self[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
        self[start + 3] = UInt8(truncatingIfNeeded: length)
    }
}

extension UnsafeRawBufferPointer {
    /// The integer at an offset; nil when the bytes do not reach that far.
    @inline(__always)
    func bigEndian<T: FixedWidthInteger>(_ type: T.Type = T.self, at offset: Int = 0) -> T? {
        guard offset >= 0, offset + MemoryLayout<T>.size <= count else { return nil }
        return T(bigEndian: loadUnaligned(fromByteOffset: offset, as: T.self))
    }
}
