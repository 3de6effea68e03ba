import Foundation

/// What a server has written to its log and nobody has judged yet: each line is handed out once, whatever became of the run
/// in which it was written.
struct UnjudgedLog {
    private let path: String
    /// In bytes.
    private var judged: UInt64

    /// - Parameter start: what stands before is nobody's any more; in bytes.
    init(path: String, from start: UInt64 = 0) { (self.path, judged) = (path, start) }

    /// Lines with any of these words. A line that is not yet whole, or a log that cannot be read, is left for the next time.
    mutating func takeComplaints(_ words: [String]) -> [String] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }  // it was only read
        guard (try? file.seek(toOffset: judged)) != nil, let bytes = try? file.readToEnd(),
            let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
        else { return [] }
        let whole = bytes[...end]
        judged += UInt64(whole.count)
        return String(decoding: whole, as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { line in words.contains { line.contains($0) } }
    }
}
