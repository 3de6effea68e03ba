import Glibc

/// Writes texts in GB18030, to be read again.
enum GB18030Writer {
    /// Nil when a character has no place there.
    static func bytes(of utf8: [UInt8]) -> [UInt8]? {
        guard let handle = iconv_open("GB18030", "UTF-8"), handle != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(handle) }
        // A byte becomes one, three become four at most.
        return utf8.withUnsafeBytes { source in
            var isWhole = false
            let written = [UInt8](unsafeUninitializedCapacity: utf8.count * 2 + 4) { buffer, count in
                var next = UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: CChar.self))
                var left = source.count
                var room = buffer.count
                buffer.withMemoryRebound(to: CChar.self) { buffer in
                    var free = buffer.baseAddress
                    isWhole = left == 0 || iconv(handle, &next, &left, &free, &room) == 0
                }
                count = buffer.count - room
            }
            return isWhole ? written : nil
        }
    }
}
