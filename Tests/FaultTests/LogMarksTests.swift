import Foundation
import Testing

@testable import Faults

struct LogMarksTests {
    private let path = "/tmp/tuesday-log-marks-\(UInt64.random(in: 0 ... .max))"

    @Test func `What was written since is told from what was there before, and of too much the end is told`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }  // what stays is in /tmp
        try Data("before".utf8).write(to: URL(fileURLWithPath: path))
        let marks = LogMarks([path])
        try Data("before and after".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try marks.written(to: path, atMost: 100) == Data(" and after".utf8))
        #expect(try marks.written(to: path, atMost: 5) == Data("after".utf8))
        #expect(try LogMarks().written(to: path, atMost: 100) == Data("before and after".utf8))
        #expect(throws: (any Error).self) { try marks.written(to: path + "-of-nobody", atMost: 100) }
    }
}
