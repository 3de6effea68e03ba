import Foundation
import Testing

@Suite struct ReadmeTests {
    let text: String

    init() throws { text = try Repository.text("README.md") }

    @Test func `every link leads somewhere`() {
        let links = text.matches(of: /\]\(([^)#]+)(#[^)]*)?\)/).map { String($0.output.1) }
        #expect(!links.isEmpty)
        for link in links where !link.hasPrefix("https://") { #expect(Repository.exists(link), "\(link)") }
    }

    @Test func `every path of the file map exists`() throws {
        let map = try #require(text.components(separatedBy: "\n## Where things are\n").dropFirst().first)
            .components(separatedBy: "\n## ")[0]
        let paths = map.matches(of: /`([A-Za-z.][^`\s]*)`/).map { String($0.output.1) }
        #expect(paths.count > 10)
        for path in paths { #expect(Repository.exists(path), "\(path)") }
    }

    @Test func `every script that a reader is told to run can be run`() {
        let scripts = Set(text.matches(of: /(?m)^(deploy\/\S+)/).map { String($0.output.1) })
        #expect(scripts.count > 2)
        for script in scripts {
            #expect(FileManager.default.isExecutableFile(atPath: Repository.url(script).path), "\(script)")
        }
    }

    @Test func `every verb exists`() throws {
        let verbs = text.matches(of: /(?m)^\| `tuesday ([a-z ]+)/).map { String($0.output.1) }
        #expect(verbs.count > 10)
        for verb in verbs {
            try CommandLines.check(["tuesday"] + verb.split(separator: " ").map(String.init))
        }
    }
}
