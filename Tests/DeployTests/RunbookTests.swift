import ArgumentParser
import Foundation
import Testing

@testable import tuesday

@Suite struct RunbookTests {
    private static let folder = "deploy/runbooks"

    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: Repository.url(folder).path).sorted()
    }

    @Test func `the README leads to every runbook`() throws {
        let readme = try Repository.text("README.md")
        let names = try Self.names()
        #expect(names.count >= 5)
        for name in names { #expect(readme.contains("(\(Self.folder)/\(name))"), "\(name)") }
    }

    @Test func `every link leads somewhere`() throws {
        for name in try Self.names() {
            for link in try Repository.text("\(Self.folder)/\(name)").matches(of: /\]\(([^)#]+)\)/).map(\.output.1) {
                #expect(Repository.exists("\(Self.folder)/\(link)"), "\(name): \(link)")
            }
        }
    }

    @Test func `every command in a block is one that the programs take as it stands`() throws {
        let lines = try Self.lines(/(?m)^ *(tuesday[a-z-]* .*)$/)
        #expect(lines.count > 8)
        for line in lines { try Self.check(line) }
    }

    @Test func `every command in a sentence exists, and what is given to it is right`() throws {
        for line in try Self.lines(/`(tuesday[a-z-]* [a-z][^`]*)`/) {
            let words = Self.words(line)
            // A verb alone is a name there; it need not be complete.
            if words.allSatisfy({ $0.wholeMatch(of: /[a-z-]+/) != nil && !$0.hasPrefix("-") }) {
                try CommandLines.check(words)
            } else {
                try Self.check(line)
            }
        }
    }

    private static func lines(_ pattern: Regex<(Substring, Substring)>) throws -> Set<String> {
        Set(try names().flatMap { name in
            try Repository.text("\(folder)/\(name)").matches(of: pattern).map { String($0.output.1) }
        })
    }

    /// Lets the command-line tool read the arguments, without doing what they say. Of a worker, looks for the verb only.
    private static func check(_ line: String) throws {
        let words = words(line)
        guard words[0] == "tuesday" else { return try CommandLines.check(words) }
        do { _ = try Tuesday.parseAsRoot(Array(words.dropFirst())) } catch {
            Issue.record("\(line): \(Tuesday.message(for: error))")
        }
    }

    /// As a shell splits them; what stands in double quotes is one.
    private static func words(_ line: String) -> [String] {
        line.matches(of: /"([^"]*)"|([^\s"]+)/).map { String($0.output.1 ?? $0.output.2 ?? "") }
    }

    @Test func `after a restoration no number is handed out again before workers begin`() throws {
        let steps = try Repository.text("\(Self.folder)/restore.md")
        let rebuild = try #require(steps.firstRange(of: "tuesday topics rebuild --restored\n"))
        let start = try #require(steps.firstRange(of: "Start the workers"))
        #expect(rebuild.upperBound < start.lowerBound)
        #expect(!steps.contains("tuesday topics rebuild\n"))
        guard let command = try Tuesday.parseAsRoot(["topics", "rebuild", "--restored"]) as? TopicsRebuildCommand else {
            Issue.record("topics rebuild is another command")
            return
        }
        #expect(command.restored)
    }

    @Test func `every alert that a runbook is for exists`() throws {
        let rules = try Repository.text("deploy/prometheus/rules.yml")
        for name in try Self.names() {
            let text = try Repository.text("\(Self.folder)/\(name)")
            guard let line = text.firstMatch(of: /\*\*Alarm\*\* ([^\n]+)/)?.output.1 else { continue }
            for alert in line.matches(of: /`([A-Z][A-Za-z]+)`/).map(\.output.1) {
                #expect(rules.contains("alert: \(alert)\n"), "\(name): \(alert)")
            }
        }
    }
}
