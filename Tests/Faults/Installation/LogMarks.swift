import Foundation

/// How long logs were at one time, so that what was written since can be told from what was there before.
struct LogMarks: Sendable {
    /// In bytes, by path.
    private var lengths: [String: UInt64] = [:]

    /// - Parameter paths: those that are not there are empty.
    init(_ paths: [String] = []) {
        for path in paths {
            lengths[path] = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64) ?? 0
        }
    }

    /// What was written to a log since; of what is longer than the limit, in bytes, the end.
    func written(to path: String, atMost limit: Int) throws -> Data {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }  // it was only read
        let end = try file.seekToEnd()
        let start = max(min(lengths[path] ?? 0, end), end > UInt64(limit) ? end - UInt64(limit) : 0)
        try file.seek(toOffset: start)
        return try file.read(upToCount: limit) ?? Data()
    }

    /// The logs in a folder.
    static func logs(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".log") }.sorted().map { "\(folder)/\($0)" }
    }
}
