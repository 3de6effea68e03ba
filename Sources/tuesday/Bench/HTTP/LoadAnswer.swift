import NIOCore

/// What came back for one request of a load.
struct LoadAnswer: Sendable {
    let status: Int
    let body: ByteBuffer

    /// A text member of the JSON object, when it is found in front of anything nested; codes and ids need no unescaping.
    func text(_ member: String) -> String? {
        let mark = Array("\"\(member)\":\"".utf8)
        return body.withUnsafeReadableBytes { bytes in
            guard let begin = bytes.place(of: mark).map({ $0 + mark.count }),
                let end = bytes[begin...].firstIndex(of: UInt8(ascii: "\""))
            else { return nil }
            return String(decoding: bytes[begin..<end], as: UTF8.self)
        }
    }
}

/// Finds the end of answers in a stream of bytes: HTTP/1.1 with a `Content-Length`, which is what intake sends.
struct LoadAnswerParser {
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    private var buffer = ByteBuffer()

    mutating func append(_ bytes: inout ByteBuffer) {
        if buffer.readableBytes == 0 { buffer = bytes } else { buffer.writeBuffer(&bytes) }
    }

    /// Nil until the whole answer is there.
    mutating func next() throws -> LoadAnswer? {
        let head = try buffer.withUnsafeReadableBytes { bytes -> (status: Int, count: Int, length: Int)? in
            guard let end = bytes.place(of: [13, 10, 13, 10]) else { return nil }
            let head = UnsafeRawBufferPointer(rebasing: bytes[..<(end + 2)])
            guard head.count >= 12, let status = Int(String(decoding: head[9..<12], as: UTF8.self)) else {
                throw Unreadable(description: "the answer does not begin with HTTP/1.1 and a status")
            }
            guard let length = Self.contentLength(head) else {
                throw Unreadable(description: "an answer with status \(status) has no Content-Length")
            }
            return (status, end + 4, length)
        }
        guard let (status, headCount, length) = head, buffer.readableBytes >= headCount + length else { return nil }
        buffer.moveReaderIndex(forwardBy: headCount)
        guard let body = buffer.readSlice(length: length) else { return nil }
        if buffer.readableBytes == 0 { buffer.clear() }
        return LoadAnswer(status: status, body: body)
    }

    private static func contentLength(_ head: UnsafeRawBufferPointer) -> Int? {
        for line in head.split(separator: 10) where line.count > 15 && line[line.startIndex + 14] == UInt8(ascii: ":") {
            guard String(decoding: line.prefix(14), as: UTF8.self).lowercased() == "content-length" else { continue }
            let digits = line.dropFirst(15).filter { $0 != 32 && $0 != 13 }
            return Int(String(decoding: digits, as: UTF8.self))
        }
        return nil
    }
}

extension UnsafeRawBufferPointer {
    /// Where these bytes first stand.
    fileprivate func place(of mark: [UInt8]) -> Int? {
        guard count >= mark.count else { return nil }
        return (0...(count - mark.count)).first { start in
            self[start] == mark[0] && mark.indices.allSatisfy { self[start + $0] == mark[$0] }
        }
    }
}
