import Foundation
import Logging
import Synchronization
import Testing

@testable import Runtime

@Suite struct LogTests {
    private func line(_ event: LogEvent, metadata: Logger.Metadata = [:]) -> String {
        var handler = JSONLogHandler(label: "tuesday-router", level: .info) { _ in }
        handler.metadata = metadata
        return String(decoding: handler.line(for: event, at: 1_772_357_400_000_001), as: UTF8.self)
    }

    private func event(_ message: String, _ metadata: Logger.Metadata? = nil, error: (any Error)? = nil) -> LogEvent {
        LogEvent(
            level: .warning, message: "\(message)", error: error, metadata: metadata, source: "", file: "",
            function: "",
            line: 1)
    }

    @Test func `an event is one line of JSON with its time to the microsecond`() {
        #expect(
            line(
                event("lane claimed", ["partition": .stringConvertible(3), "topic": "t"]), metadata: ["instance": "h:1"]
            )
                == #"{"timestamp":"2026-03-01T09:30:00.000001Z","level":"warning","label":"tuesday-router","#
                + #""message":"lane claimed","instance":"h:1","partition":3,"topic":"t"}"# + "\n")
    }

    @Test func `any text survives being written and parsed`() throws {
        let text = "quote \" backslash \\ line\nreturn\rtab\tnull\u{0} bell\u{7} delete\u{7F} 镇 \u{1F600} \u{2028}"
        let written = line(event(text, ["key \"\n": "\(text)"]))
        #expect(written.split(separator: "\n").count == 1)
        let parsed = try #require(try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String: Any])
        #expect(parsed["message"] as? String == text)
        #expect(parsed["key \"\n"] as? String == text)
    }

    @Test func `nested metadata is flattened, and cannot hide the event's own keys`() throws {
        let written = line(event("m", ["a": ["b": ["c": "1"]], "level": "x", "list": ["1", .stringConvertible(2)]]))
        #expect(written.contains(#""a.b.c":"1""#))
        #expect(written.contains(#""metadata.level":"x""#))
        #expect(written.contains(#""list":["1",2]"#))
    }

    @Test func `the event's metadata win over the logger's`() {
        let written = line(event("m", ["k": "event"]), metadata: ["k": "logger"])
        #expect(written.contains(#""k":"event""#))
        #expect(!written.contains("logger"))
    }

    @Test func `an error is told by its description`() {
        #expect(
            line(event("m", error: ServiceEnded(name: "S"))).contains(#""error":"S ended although nobody asked it to""#)
        )
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"), (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
    ])
    func `times are right around leap days and before 1970`(microseconds: Int64, text: String) {
        var bytes: [UInt8] = []
        JSONText.appendTimestamp(microseconds: microseconds, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test func `what is less severe than the level is not written`() {
        let box = Box()
        let logger = Logger(label: "l") { label in
            JSONLogHandler(label: label, level: .warning) { bytes in box.lines.withLock { $0.append(bytes) } }
        }
        logger.info("quiet")
        logger.error("loud")
        #expect(box.lines.withLock { $0.count } == 1)
    }

    private final class Box: Sendable {
        let lines = Mutex<[[UInt8]]>([])
    }
}
