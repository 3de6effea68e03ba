import Foundation
import Testing

@Suite struct PostgresFilesTests {
    @Test func `the configuration can be read line by line, without quotes and trailing comments`() throws {
        var names: Set<Substring> = []
        let lines = try Repository.text("deploy/postgres/tuesday.conf").split(separator: "\n")
        for line in lines where !line.hasPrefix("#") {
            let match = try #require(line.wholeMatch(of: /([a-z_]+) = ([A-Za-z0-9_.]+)/), "\(line)")
            #expect(names.insert(match.output.1).inserted, "\(match.output.1) is given twice")
        }
        #expect(names.count > 20)
    }

    @Test func `durability is not traded away`() throws {
        let lines = try Repository.text("deploy/postgres/tuesday.conf").split(separator: "\n")
        for name in ["fsync", "synchronous_commit", "full_page_writes"] { #expect(lines.contains("\(name) = on")) }
    }

    @Test func `every login role gets a password`() throws {
        let made = try Repository.text("Sources/Store/Schema/roles.sql")
            .matches(of: /'tuesday_([a-z]+)'/).map(\.output.1)
        let script = try Repository.text("deploy/postgres/roles.sh")
        let loop = try #require(script.firstMatch(of: /for role in ([a-z ]+); do/)).output.1.split(separator: " ")
        #expect(Set(loop) == Set(made).subtracting(["owner"]).union(["migrator"]))
    }
}
