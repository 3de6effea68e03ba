import Foundation

/// The files of the repository these tests were compiled in.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func url(_ path: String) -> URL { root.appending(path: path) }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url(path).path) }

    static func text(_ path: String) throws -> String { try String(contentsOf: url(path), encoding: .utf8) }

    /// Every file that can be executed as one of our programs lies beside the running test.
    static func program(_ name: String) -> URL? {
        let test = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let url = test.deletingLastPathComponent().appending(path: name)
        return FileManager.default.isExecutableFile(atPath: url.path) ? url : nil
    }
}
