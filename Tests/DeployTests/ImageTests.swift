import Foundation
import Runtime
import Testing

@Suite struct ImageTests {
    @Test func `every program is in the image`() throws {
        let dockerfile = try Repository.text("deploy/image/Dockerfile")
        for program in Program.allCases {
            #expect(dockerfile.contains("\"$built/\(program.name)\""), "\(program.name)")
        }
        #expect(dockerfile.contains("\"$built\"/*.resources"))
    }

    @Test(arguments: ["TUESDAY_TEST_FAILPOINTS", "capacity-checked-then-written"])
    func `no failpoint and no mistake made on purpose reaches the image`(word: String) throws {
        #expect(try Repository.text("deploy/image/Dockerfile").contains("! grep --text --quiet \(word) /programs/tuesday*"))
    }

    @Test func `every setting that is named exists`() throws {
        for file in ["deploy/image/Dockerfile", "README.md"] {
            for name in try Repository.text(file).matches(of: /TUESDAY_[A-Z_]*[A-Z]/).map(\.output) {
                let isKnown = Setting.table.contains {
                    name == $0.environmentName || $0.isSecret && name == $0.environmentName + "_FILE"
                }
                let isOutsideTheTable =
                    name == "TUESDAY_SETTINGS" || name.hasPrefix("TUESDAY_TEST_") || name == "TUESDAY_RDKAFKA"
                #expect(isKnown || isOutsideTheTable, "\(file) names \(name)")
            }
        }
    }

    @Test func `everything that is copied reaches the build, and secrets do not`() throws {
        let kept = try Repository.text(".dockerignore").split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(kept.first == "*")
        for line in try Repository.text("deploy/image/Dockerfile").matches(of: #/(?m)^COPY ([A-Z]\S*) /#) {
            #expect(kept.contains("!\(line.output.1)"))
            #expect(Repository.exists(String(line.output.1)))
        }
        #expect(!kept.contains { $0.hasPrefix("!deploy") || $0.hasPrefix("!.build") })
    }
}
