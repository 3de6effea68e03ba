/// Follows a stream of frames, each a length of four bytes and so many more, and knows where one ends.
struct Frames {
    private var head: [UInt8] = []
    private var left = 0

    /// Some of a frame has passed, and some has not.
    var isInside: Bool { left > 0 || !head.isEmpty }

    mutating func pass(_ bytes: ArraySlice<UInt8>) {
        var bytes = bytes
        while !bytes.isEmpty {
            if left > 0 {
                let count = min(left, bytes.count)
                left -= count
                bytes = bytes.dropFirst(count)
            } else {
                head.append(bytes.removeFirst())
                guard head.count == 4 else { continue }
                left = head.reduce(0) { $0 << 8 | Int($1) }
                head = []
            }
        }
    }
}
