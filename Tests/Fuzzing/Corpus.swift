import Foundation

/// The files that are committed for each decoder: what it can read, and what it once stumbled over.
enum Corpus {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

    static func files(of decoder: Decoder) throws -> [[UInt8]] {
        try FileManager.default.contentsOfDirectory(
            at: root.appending(path: decoder.rawValue), includingPropertiesForKeys: nil
        )
        .sorted { $0.path < $1.path }
        .map { Array(try Data(contentsOf: $0)) }
    }

    /// Sorted.
    static func folders() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() }
}
