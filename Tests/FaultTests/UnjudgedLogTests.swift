import Foundation
import Testing

@testable import Faults

struct UnjudgedLogTests {
    private let path = "/tmp/tuesday-server-log-\(UInt64.random(in: 0 ... .max))"

    @Test func `Every line is judged once, however late, and one that is being written waits`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        var log = UnjudgedLog(path: path)
        #expect(log.takeComplaints(["deadlock"]) == [])
        try write("a deadlock\nnothing\nhalf a dead")
        #expect(log.takeComplaints(["deadlock"]) == ["a deadlock"])
        #expect(log.takeComplaints(["deadlock"]) == [])
        try write("lock\nPANIC\n")
        #expect(log.takeComplaints(["deadlock", "PANIC"]) == ["half a deadlock", "PANIC"])
        #expect(log.takeComplaints(["deadlock", "PANIC"]) == [])
    }

    private func write(_ text: String) throws {
        let before = FileManager.default.contents(atPath: path) ?? Data()
        try (before + Data(text.utf8)).write(to: URL(filePath: path))
    }
}
