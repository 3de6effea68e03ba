import Foundation

/// The files that are committed for each decoder: what it can read, and what it once stumbled over.
enum Corpus {
    static func files(of decoder: Decoder) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(decoder.rawValue)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .map { Array(try Data(contentsOf: $0)) }
    }
}
