import Foundation
import Testing

/// What becomes of the failpoints in a build that is not for debugging.
struct ReleaseTests {
    /// The words that the image's build looks for: the variable that names the page, and a mistake that code asks for.
    @Test func `A release build knows nothing of failpoints, nor of mistakes made on purpose`() throws {
        let words = ["TUESDAY_TEST_FAILPOINTS", "capacity-checked-then-written"]
        #expect(try Self.named(of: words, compiledWith: ["-D", "FAILPOINTS"]) == words)
        #expect(try Self.named(of: words, compiledWith: []) == [])
    }

    @Test func `Only builds for debugging define failpoints`() throws {
        let package = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let definitions = package.split(separator: "\n").filter { $0.contains("FAILPOINTS") }
        #expect(definitions.map { $0.contains(#".define("FAILPOINTS", .when(configuration: .debug))"#) } == [true])
    }

    @Test func `Every target that asks for failpoints is told whether there are any`() throws {
        let package = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let targets = package.components(separatedBy: "arget(").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        let sources = Self.root.appending(path: "Sources")
        var asking: Set<String> = []
        for name in try FileManager.default.subpathsOfDirectory(atPath: sources.path) where name.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            if text.contains("#if FAILPOINTS") { asking.insert(String(name.prefix { $0 != "/" })) }
        }
        #expect(asking.contains("Store"))
        for name in asking {
            let target = try #require(targets.first { $0.hasPrefix("name: \"\(name)\"") }, "\(name)")
            #expect(target.contains("swiftSettings: debugged"), "\(name)")
        }
    }

    /// Which of the words are in what the compiler makes of the target, and of code that asks it for a mistake.
    private static func named(of words: [String], compiledWith options: [String]) throws -> [String] {
        let object = "/tmp/tuesday-failpoints-\(UInt64.random(in: 0 ... .max)).o"
        let asking = object + ".swift"
        defer { for path in [object, asking] { try? FileManager.default.removeItem(atPath: path) } }  // what stays is in /tmp
        try Data("public func ask() -> Int { isPlanted(\"capacity-checked-then-written\") ? 1 : 0 }\n".utf8).write(to: URL(filePath: asking))
        let folder = root.appending(path: "Sources/Failpoints")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).map { folder.appending(path: $0).path } + [asking]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["swiftc", "-O", "-wmo", "-parse-as-library", "-module-name", "Failpoints", "-emit-object", "-o", object]
            + options + files
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let bytes = try Data(contentsOf: URL(filePath: object))
        return words.filter { bytes.range(of: Data($0.utf8)) != nil }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
