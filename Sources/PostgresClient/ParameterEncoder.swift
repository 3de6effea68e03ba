/// Lays the parameters of one call out as libpq wants them, in memory that is used again for the next call.
struct ParameterEncoder {
    private(set) var types: [UInt32] = []
    private var bytes: [UInt8] = []
    private var offsets: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    var byteCount: Int { bytes.count }

    mutating func encode(_ parameters: [PostgresParameter]) {
        types.removeAll(keepingCapacity: true)
        // One large value must not hold its memory for the connection's life.
        bytes.removeAll(keepingCapacity: bytes.capacity < 1 << 20)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        for parameter in parameters {
            types.append(parameter.type.rawValue)
            let start = bytes.count
            var format: Int32 = 1
            var isNull = false
            switch parameter.value {
            case .null: isNull = true
            case .word(let word, let count):
                for byte in (0..<count).reversed() {
                    bytes.append(UInt8(truncatingIfNeeded: word >> (UInt64(byte) * 8)))
                }
            case .wide(let wide): bytes.appendBigEndian(wide)
            case .bytes(let value): bytes.append(contentsOf: value)
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .inferred(let text):
                bytes.append(contentsOf: text.utf8)
                bytes.append(0)  // libpq measures a value in text format up to its zero
                format = 0
            }
            offsets.append(isNull ? -1 : start)
            lengths.append(Int32(bytes.count - start))
            formats.append(format)
        }
        if bytes.isEmpty { bytes.append(0) }  // an empty value still needs an address: a nil one means null
    }

    typealias Body = (
        Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?,
        UnsafePointer<UInt32>?
    ) -> Void

    /// Count, values, lengths, formats, types; valid inside the closure.
    mutating func withPointers(_ body: Body) {
        pointers.removeAll(keepingCapacity: true)
        bytes.withUnsafeBytes { bytes in
            let base = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
            for offset in offsets { pointers.append(offset < 0 ? nil : base + offset) }
            body(Int32(offsets.count), pointers, lengths, formats, types)
        }
    }
}
