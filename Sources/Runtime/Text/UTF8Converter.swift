import Glibc

/// The C library's converter from another encoding to UTF-8.
struct UTF8Converter: ~Copyable {
    private let handle: iconv_t
    /// Of the text that is converted at a time.
    private static let chunk = 16_384

    init(from encoding: String) throws(MissingConverter) {
        guard let handle = iconv_open("UTF-8", encoding), handle != iconv_t(bitPattern: -1) else {
            throw MissingConverter(encoding: encoding)
        }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

    /// Converts up to the first bytes that are no character or only the beginning of one, and says how many it read.
    func convert(_ bytes: [UInt8]) -> (text: [UInt8], readCount: Int) {
        var text: [UInt8] = []
        // Two bytes of Chinese become three.
        text.reserveCapacity(bytes.count + bytes.count / 2)
        let readCount = bytes.withUnsafeBytes { source in
            withUnsafeTemporaryAllocation(byteCount: Self.chunk, alignment: 1) { chunk in
                // Only the type says that what is read could be written to.
                var next = UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: CChar.self))
                var left = source.count
                while left > 0 {
                    var free = chunk.baseAddress?.assumingMemoryBound(to: CChar.self)
                    var room = chunk.count
                    let isStopped = iconv(handle, &next, &left, &free, &room) == -1 && errno != E2BIG
                    text.append(contentsOf: chunk[..<(chunk.count - room)])
                    if isStopped { break }
                }
                return source.count - left
            }
        }
        return (text, readCount)
    }
}

/// This machine's C library cannot read an encoding: its converters are files, and small images may lack them.
public struct MissingConverter: ExitStatusError, Hashable, CustomStringConvertible {
    public let encoding: String

    public var exitStatus: Int32 { ExitStatus.unavailable }

    public var description: String {
        "the C library here has no converter from \(encoding): install its gconv modules, gconv/\(encoding).so among them, "
            + "or save the file in UTF-8"
    }
}
