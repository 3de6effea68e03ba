import Contracts
import Domain
import Testing

@Suite("A dead letter as a record")
struct DeadLetterRecordTests {
    private func message(key: Int = 0, value: Int, headers: Int = 0) -> OutgoingMessage {
        DeadLetterRecord.message(
            laneSeq: 7, source: .init(topic: Topic.submissions.rawValue, partition: 2, offset: 41, group: "tuesday-intake"),
            problem: RecordProblem(reason: "malformed", detail: "JSON at byte 0: expected an object"), attempts: 1,
            firstSeen: Instant(seconds: 1_795_399_200), at: Instant(seconds: 1_795_399_200),
            key: [UInt8](repeating: 1, count: key), value: [UInt8](repeating: 2, count: value),
            original: [.init("padding", String(repeating: "x", count: headers))])
    }

    private func omitted(_ message: OutgoingMessage) -> String? {
        message.headers.first { $0.name == DeadLetterRecord.omittedHeader }?.value
    }

    @Test("leaves whole while it is small enough, and says nothing of what was left out")
    func whole() {
        let letter = message(key: 100, value: 890_000)
        #expect(letter.value?.count == 890_000 && letter.key?.count == 100)
        #expect(omitted(letter) == nil)
    }

    @Test("of a record as large as a producer takes leaves without the value, and says so", arguments: [900_000, 999_700, 1_048_000])
    func large(_ count: Int) {
        let letter = message(key: 100, value: count, headers: 50)
        #expect(letter.value?.count == nil)
        #expect(omitted(letter) == "value")
        #expect(letter.key?.count == 100)
        #expect(letter.headers.contains { $0.name == "padding" })
        #expect(letter.headers.contains(.init("tuesday-dlq-offset", "41")))
    }

    @Test("whose headers or key alone are too large leaves without those", arguments: [
        (100, 1_000_000, "value,headers"), (1_000_000, 100, "value,headers,key"), (1_000_000, 1_000_000, "value,headers,key"),
    ])
    func others(_ key: Int, _ headers: Int, _ expected: String) {
        let letter = message(key: key, value: 10, headers: headers)
        #expect(omitted(letter) == expected)
        #expect(letter.byteCount < 1_000)
        #expect(letter.headers.contains(.init("tuesday-dlq-reason", "malformed")))
    }
}
