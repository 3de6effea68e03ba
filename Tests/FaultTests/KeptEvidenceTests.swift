import Foundation
import Testing

@testable import Faults

struct KeptEvidenceTests {
    private let folder = "/tmp/tuesday-kept-\(UInt64.random(in: 0 ... .max))"

    private func text(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }

    private static let outcome = Run.Outcome(plan: RunPlan(seed: 9, faults: [.killAll]), violations: ["I1: lost"])

    @Test func `What broke, how to repeat it and what the server wrote meanwhile is kept`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in /tmp
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let log = "\(folder)/server.log"
        try Data("before\n".utf8).write(to: URL(fileURLWithPath: log))
        let marks = LogMarks([log])
        try Data("before\nafter\n".utf8).write(to: URL(fileURLWithPath: log))
        await KeptEvidence.keep(
            in: folder, of: Self.outcome, again: "deploy/faults --from 9", marks: marks, serverLog: log, nil)
        #expect(try text("run.txt").hasPrefix("deploy/faults --from 9\n"))
        #expect(try text("run.txt").contains("I1: lost"))
        #expect(try text("logs/server.log") == "after\n")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/missing.txt"))
    }

    @Test func `What cannot be had is named, and the rest is kept`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in /tmp
        await KeptEvidence.keep(
            in: folder, of: Self.outcome, again: "", marks: LogMarks(), serverLog: "\(folder)/of-nobody.log", nil)
        #expect(try text("missing.txt").hasPrefix("of-nobody.log: "))
        #expect(try text("run.txt").contains("I1: lost"))
    }
}
