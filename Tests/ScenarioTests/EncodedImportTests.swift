import Foundation
import TestSupport
import Testing

/// `tuesday import` of files as Excel in Chinese saves them. Importing again what is stored already changes nothing, and so
/// tells whether two files say the same.
struct EncodedImportTests {
    /// With characters of four bytes: rare ones of people's and places' names.
    private static let rare = """
        county,skill,name,tier
        test,rare1,"水利，\u{3402}\u{20000}",1
        test,rare2,\u{4DAE}氏农机,2

        """

    @Test func `A county's files in GB18030 are imported as the same files in UTF-8 are`() async throws {
        try await Scenario.run { scenario in
            for (kind, text) in TestCounty.roomy.files {
                let said = try await Self.run(scenario, kind, text, "GB18030", ["--encoding", "gb18030"])
                #expect(said.status == 0 && said.text.contains("The register stays at version"), "\(kind): \(said.text)")
                #expect(said.text.contains(" unchanged"), "\(said)")
                #expect(!said.text.contains(/[1-9][0-9]* (inserted|updated|removed)/), "\(said)")
            }
            let first = try await Self.run(scenario, "skills", Self.rare, "GB18030", ["--encoding", "GB18030"])
            #expect(first.text.contains("skill: 2 inserted"), "\(first.text)")
            let again = try await Self.run(scenario, "skills", Self.rare, "UTF-8", ["--encoding", "utf-8"])
            #expect(again.text.contains("skill: 0 inserted, 0 updated, 2 unchanged"), "\(again.text)")

            let requests = """
                source_id,village,service,description
                1,V0,general,\u{4DAE}家门前路灯不亮
                2,V1,pension,\u{20000}
                """
            let options = ["--encoding", "gb18030", "--json"]
            let accepted = try await Self.run(scenario, "requests", requests, "GB18030", options)
            #expect(accepted.text.contains(/"accepted" : 2/), "\(accepted.text)")
            let repeated = try await Self.run(scenario, "requests", requests, "UTF-8", ["--json"])
            #expect(repeated.text.contains(/"repeated" : 2/), "\(repeated.text)")
            #expect(repeated.text.contains(/"conflicts" : \[\s*\]/), "\(repeated.text)")
        }
    }

    @Test func `A file in another encoding is refused as a whole, with what to say`() async throws {
        try await Scenario.run { scenario in
            // Its first Chinese character happens to be one of UTF-8 too, and not the same.
            let refused = try await Self.run(scenario, "skills", Self.rare, "GB18030", [])
            #expect(refused.status == 65)
            #expect(
                refused.text.hasSuffix(
                    "skills.csv:2:14: expected text in UTF-8 at byte offset 37; if the file is GB18030 (Excel's Chinese "
                        + "export), say --encoding gb18030, found \"C0 FB A3 AC\"\nNothing was imported.\n"), "\(refused.text)")
            // The rows before the fault are none of a file that can be trusted.
            let requests = "source_id,village,service,description\n1,V0,general,x\n2,V1,pension,灯"
            let partial = try await Self.run(scenario, "requests", requests, "GB18030", ["--partial", "--json"])
            #expect(partial.status == 65 && partial.text.contains("say --encoding gb18030"), "\(partial.text)")
            let other = try await Self.run(scenario, "skills", "\u{FEFF}" + Self.rare, "UTF-8", ["--encoding", "gb18030"])
            #expect(other.status == 65 && other.text.contains("if the file is UTF-8, leave --encoding out"), "\(other.text)")
            let unknown = try await Self.run(scenario, "skills", Self.rare, "UTF-8", ["--encoding", "gbk"])
            #expect(unknown.status == 64 && unknown.text.contains("gb18030"), "\(unknown.text)")

            let count = try await Self.run(scenario, "skills", Self.rare, "UTF-8", ["--dry-run"])
            #expect(count.text.contains("skill: 2 inserted"), "nothing was stored before: \(count.text)")
            let accepted = try await Self.run(scenario, "requests", requests, "UTF-8", ["--json"])
            #expect(accepted.text.contains(/"accepted" : 2/), "\(accepted.text)")
        }
    }

    /// Imports a file that the system's own `iconv` has written in an encoding.
    private static func run(
        _ scenario: Scenario, _ kind: String, _ text: String, _ encoding: String, _ options: [String]
    ) async throws -> (status: Int32, text: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tuesday-encoded-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // what cannot be removed stays in /tmp
        let plain = folder.appending(path: "plain").path
        let file = folder.appending(path: "\(kind).csv").path
        try text.write(toFile: plain, atomically: true, encoding: .utf8)
        try await Programs.run("/usr/bin/iconv", ["-f", "UTF-8", "-t", encoding, "-o", file, plain])
        return try await scenario.outcome("tuesday", ["import", kind, file] + options)
    }
}
