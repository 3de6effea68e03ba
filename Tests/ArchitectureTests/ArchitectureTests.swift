import Testing

@Suite struct ArchitectureTests {
    @Test func `every file imports only what its target may`() throws {
        let violations = ImportRules.violations(in: try SourceFile.all())
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func `real time and chance enter in Runtime only`() throws {
        let violations = DeterminismRules.violations(in: try SourceFile.all())
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func `no file is longer than 400 lines`() throws {
        let long = try SourceFile.all().filter { $0.lines.count > 400 }.map { "\($0.path): \($0.lines.count) lines" }
        #expect(long.isEmpty, "\(long.joined(separator: "\n"))")
    }

    @Test func `every metric has a help text`() throws {
        let files = try SourceFile.all()
        let table = try #require(files.first { $0.path == "Sources/Runtime/Metrics/MetricHelp.swift" })
        let helps = table.lines.joined(separator: "\n")
        let missing = files.flatMap { file in
            file.code.flatMap { number, line in
                line.matches(of: /label: "(tuesday_[a-z0-9_]+)"/).map(\.output.1)
                    .filter { !helps.contains("\"\($0)\":") }
                    .map { "\(file.path):\(number) makes the metric \($0), which has no row in \(table.path)" }
            }
        }
        #expect(missing.isEmpty, "\(missing.joined(separator: "\n"))")
    }

    @Test func `every help text is of a metric that is emitted`() throws {
        let files = try SourceFile.all()
        let table = try #require(files.first { $0.path == "Sources/Runtime/Metrics/MetricHelp.swift" })
        let emitted = Set(
            files.flatMap { file in
                file.code.map(\.text).joined(separator: "\n")
                    .matches(of: /label:\s*"(tuesday_[a-z0-9_]+)"/).map { String($0.output.1) }
            })
        let rows = table.code.flatMap { number, line in
            line.matches(of: /"(tuesday_[a-z0-9_]+)":/).map { (number, String($0.output.1)) }
        }
        #expect(rows.count > 10)
        let idle = rows.filter { !emitted.contains($0.1) }
            .map { "\(table.path):\($0.0) describes \($0.1), which nothing emits" }
        #expect(idle.isEmpty, "\(idle.joined(separator: "\n"))")
    }

    @Test func `the repository is found from this file`() throws {
        let paths = try SourceFile.all().map(\.path)
        #expect(paths.contains("Sources/Domain/Instant.swift"))
        #expect(paths.contains("Sources/tuesday-router/Router.swift"))
    }
}

@Suite struct ArchitectureRuleTests {
    @Test func `an import that the row does not hold is named with file, line and rule`() {
        let file = SourceFile(path: "Sources/Domain/Clock.swift", text: "// A clock.\nimport Glibc\n")
        #expect(
            ImportRules.violations(in: [file])
                == ["Sources/Domain/Clock.swift:2 imports Glibc, but Domain may import nothing"])
    }

    @Test func `an adapter that imports another adapter is a violation`() {
        for (target, other) in [("Store", "Messaging"), ("Messaging", "Store"), ("Web", "Store"), ("Web", "Messaging")]
        {
            let file = SourceFile(path: "Sources/\(target)/A.swift", text: "import \(other)\n")
            #expect(ImportRules.violations(in: [file]).count == 1)
        }
    }

    @Test func `a target without a row is a violation`() {
        let file = SourceFile(path: "Sources/Util/A.swift", text: "let a = 1\n")
        #expect(
            ImportRules.violations(in: [file]) == [
                "Sources/Util/A.swift: the target Util has no row in ImportRules.allowed"
            ])
    }

    @Test(arguments: [
        "import Glibc", "@testable import Glibc", "@preconcurrency public import Glibc", "import struct Glibc.timespec",
        "    import Glibc // for timespec", "@_spi(Testing) import Glibc", "private import func Glibc.open",
    ])
    func `an import is recognised however it is written`(line: String) {
        #expect(SourceFile(path: "Sources/A/A.swift", text: line).imports.map(\.module) == ["Glibc"])
    }

    @Test(arguments: ["// import Glibc", "let important = 1", "/// `import Glibc` is not allowed", "importer.start()"])
    func `what only looks like an import is none`(line: String) {
        #expect(SourceFile(path: "Sources/A/A.swift", text: line).imports.isEmpty)
    }

    @Test(arguments: [
        "let now = Date()", "let id = UUID().uuidString", "arc4random_buf(p, 16)",
        "var g = SystemRandomNumberGenerator()",
        "let at = Foundation.Date()", "startDate(); Date()",
    ])
    func `reading the clock or chance outside Runtime is a violation`(line: String) {
        #expect(DeterminismRules.violations(in: [SourceFile(path: "Sources/Store/A.swift", text: line)]).count == 1)
        #expect(DeterminismRules.violations(in: [SourceFile(path: "Sources/Runtime/A.swift", text: line)]).isEmpty)
    }

    @Test func `a decision draws no number of its own, a wait may`() {
        let line = "let jitter = Int.random(in: 0...9)"
        #expect(DeterminismRules.violations(in: [SourceFile(path: "Sources/Domain/A.swift", text: line)]).count == 1)
        #expect(DeterminismRules.violations(in: [SourceFile(path: "Sources/Workflow/A.swift", text: line)]).isEmpty)
    }

    @Test func `an exception holds for its one file`() {
        let text = "import Foundation\n"
        #expect(
            ImportRules.violations(in: [SourceFile(path: "Sources/Store/Migration/SchemaFiles.swift", text: text)])
                .isEmpty)
        #expect(ImportRules.violations(in: [SourceFile(path: "Sources/Store/Lanes.swift", text: text)]).count == 1)
    }

    @Test(arguments: [
        "let day = startDate()", "// Date() is forbidden", "let n = Int.random(in: 0...9, using: &generator)",
    ])
    func `what only looks like the clock or chance is allowed`(line: String) {
        #expect(DeterminismRules.violations(in: [SourceFile(path: "Sources/Store/A.swift", text: line)]).isEmpty)
    }
}
