import Foundation
import Testing

/// What becomes of the failpoints in a build that is not for debugging.
struct ReleaseTests {
    @Test func `A release build knows nothing of failpoints`() throws {
        #expect(try Self.isNamed(compiledWith: ["-D", "FAILPOINTS"]))
        #expect(try !Self.isNamed(compiledWith: []))
    }

    @Test func `Only builds for debugging define failpoints`() throws {
        let package = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let definitions = package.split(separator: "\n").filter { $0.contains("FAILPOINTS") }
        #expect(definitions.map { $0.contains(#".define("FAILPOINTS", .when(configuration: .debug))"#) } == [true])
    }

    /// Whether the variable that names the page is in what the compiler makes of the target.
    private static func isNamed(compiledWith options: [String]) throws -> Bool {
        let object = "/tmp/tuesday-failpoints-\(UInt64.random(in: 0 ... .max)).o"
        defer { try? FileManager.default.removeItem(atPath: object) }
        let folder = root.appending(path: "Sources/Failpoints")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).map { folder.appending(path: $0).path }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["swiftc", "-O", "-wmo", "-parse-as-library", "-module-name", "Failpoints", "-emit-object", "-o", object]
            + options + files
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try Data(contentsOf: URL(filePath: object)).range(of: Data("TUESDAY_TEST_FAILPOINTS".utf8)) != nil
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
