import Foundation

/// A Swift file under `Sources`, as its lines.
struct SourceFile {
    /// From the repository's root: `Sources/Domain/Instant.swift`.
    let path: String
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        var lines = text.components(separatedBy: "\n")
        // A last line end closes the last line; it does not begin another.
        if lines.last?.isEmpty == true { lines.removeLast() }
        self.lines = lines
    }

    /// The folder below `Sources`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// Lines that hold code, numbered from 1: those that are only a comment are left out.
    var code: [(number: Int, text: String)] {
        lines.enumerated().compactMap { index, line in
            line.trimmingCharacters(in: .whitespaces).hasPrefix("//") ? nil : (index + 1, line)
        }
    }

    /// The modules imported, with the number of the line: `public import struct Glibc.timespec` imports `Glibc`.
    var imports: [(number: Int, module: String)] {
        code.compactMap { number, line in
            var words = line.split { $0 == " " || $0 == "\t" }[...]
            let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
            while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) { words.removeFirst() }
            guard words.popFirst() == "import", var name = words.popFirst() else { return nil }
            let kinds: Set<Substring> = [
                "struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor",
            ]
            if kinds.contains(name), let next = words.popFirst() { name = next }
            return (number, String(name.prefix { $0.isLetter || $0.isNumber || $0 == "_" }))
        }
    }

    /// Every Swift file of the repository this test was compiled in.
    static func all() throws -> [SourceFile] {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let sources = root.appending(path: "Sources")
        let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            return SourceFile(path: "Sources/\(name)", text: text)
        }
    }
}
