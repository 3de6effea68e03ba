import Foundation

/// The files of the repository these tests were compiled in.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func url(_ path: String) -> URL { root.appending(path: path) }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url(path).path) }

    static func text(_ path: String) throws -> String { try String(contentsOf: url(path), encoding: .utf8) }

    /// The labels under which `Sources` counts and measures.
    static func emittedMetrics() throws -> Set<String> {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: url("Sources").path)
        var names: Set<String> = []
        for path in paths where path.hasSuffix(".swift") {
            for match in try text("Sources/\(path)").matches(of: /label:\s*"(tuesday_[a-z0-9_]+)"/) {
                names.insert(String(match.output.1))
            }
        }
        return names
    }

    /// Every file that can be executed as one of our programs lies beside the running test.
    static func program(_ name: String) -> URL? {
        let test = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let url = test.deletingLastPathComponent().appending(path: name)
        return FileManager.default.isExecutableFile(atPath: url.path) ? url : nil
    }
}
