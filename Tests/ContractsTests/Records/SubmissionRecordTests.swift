import Contracts
import Domain
import Testing

@Suite("A submission as a record")
struct SubmissionRecordTests {
    static let full = Submission(
        channel: "wechat", sourceID: "wx-2026-000123", village: "V0345", service: "S007", subject: "路灯不亮",
        description: "村口的\"老\"路灯\n三天没亮了 😀", name: "张三", phone: "13800000000", email: "zhang@example.org",
        account: "zhang3", address: "村口", attributes: Array(#"{"lamp":3}"#.utf8),
        submittedAt: ISO8601.parse("2026-11-24T08:59:58+08:00".utf8))
    static let minimal = Submission(
        channel: "http", village: "V0345", service: "S007", subject: "", description: "Street lamp is dark")

    @Test("is written as the golden bytes and read back the same", arguments: [
        ("submission", full), ("submission.minimal", minimal),
    ])
    func golden(_ name: String, _ submission: Submission) throws {
        let golden = try SchemaFiles.bytes("examples/\(name).json")
        let written = SubmissionRecord.body(of: submission)
        #expect(String(decoding: written, as: UTF8.self) == String(decoding: golden, as: UTF8.self))
        #expect(try SubmissionRecord.submission(golden, channel: "other") == submission)
    }

    @Test("every member of a wrong type is named at once")
    func wrongTypes() throws {
        let body = #"{"village":1,"service":true,"subject":[],"phone":{},"attributes":[1],"submitted_at":"yesterday"}"#
        let problems = try failure(body)
        #expect(
            problems.map(\.field).sorted() == ["attributes", "phone", "service", "subject", "submitted_at", "village"])
        #expect(problems.allSatisfy { !$0.english.isEmpty && !$0.chinese.isEmpty })
    }

    @Test("null, empty and absent are the same, and the channel is the caller's unless given")
    func absent() throws {
        let given = try SubmissionRecord.submission(
            Array(#"{"village":"V","service":"S","name":null,"phone":"","attributes":null}"#.utf8), channel: "http")
        #expect(
            given
                == Submission(channel: "http", village: "V", service: "S", subject: "", description: ""))
    }

    @Test("what is no object is malformed")
    func malformed() {
        for body in ["", "[]", "\"x\"", "{\"village\":\"V\"", "nonsense"] {
            #expect(throws: RecordProblem.self) {
                try SubmissionRecord.submission(Array(body.utf8), channel: "http")
            }
        }
        #expect(throws: RecordProblem.self) { try SubmissionRecord.submission(nil as [UInt8]?, channel: "http") }
    }

    private func failure(_ body: String) throws -> [FieldProblem] {
        try SubmissionRecord.submission(Array(body.utf8), channel: "http").typeProblems
    }
}

@Suite("A submission's identity")
struct SubmissionIdentityTests {
    @Test("never changes: stored keys must be found again")
    func stable() {
        // SHA-256 of the parts, each followed by a zero byte; the first 16 bytes. Worked out with Python's hashlib.
        var submission = SubmissionRecordTests.full
        #expect(hex(SubmissionIdentity.key(of: submission)) == "5923fb64bf36e2796618e3fe087b7ee3")
        submission.idempotencyKey = "k-1"
        #expect(hex(SubmissionIdentity.key(of: submission)) == "8b540a0c3926c5b06f674c61529b6c13")
        #expect(hex(SubmissionIdentity.bodyHash(of: submission)) == "c294dbda6646d3b46c8d71b4134a5905")
        #expect(SubmissionIdentity.key(of: SubmissionRecordTests.minimal) == nil)
    }

    @Test("of a record never changes either, and is the event's wherever it stands, or else the place's")
    func record() {
        func key(
            _ ids: [String: String] = ["ce_source": "/gateway", "ce_id": "7"], offset: Int64 = 41,
            timestamp: Int64 = 1_795_399_200_000, partition: Int32 = 3, body: Submission = SubmissionRecordTests.full
        ) -> String? {
            let record = IncomingRecord(
                offset: offset, key: nil, value: nil, headers: ids.sorted(by: <).map { .init($0.key, $0.value) },
                timestamp: timestamp)
            return hex(
                SubmissionIdentity.key(
                    of: record, in: Topic.submissions.rawValue, partition: partition,
                    bodyHash: SubmissionIdentity.bodyHash(of: body)))
        }
        #expect(key() == "b496c1ea8a23e9518cbc9c18278b2b9b")
        #expect(key(offset: 0, timestamp: 0, partition: 0) == key())
        #expect(key(body: SubmissionRecordTests.minimal) != key())
        #expect(key(["ce_source": "/gateway", "ce_id": "8"]) != key())
        #expect(key(["ce_source": "/other", "ce_id": "7"]) != key())
        for incomplete in [[:], ["ce_id": "7"], ["ce_source": "/gateway"], ["ce_source": "/gateway", "ce_id": ""]] {
            #expect(key(incomplete) == "3feb5c8d23f621c2173965a4ddc6a56a")
            #expect(key(incomplete, offset: 42) != key(incomplete))
            #expect(key(incomplete, partition: 2) != key(incomplete))
            #expect(key(incomplete, timestamp: 1_795_399_200_001) != key(incomplete))
            #expect(key(incomplete, body: SubmissionRecordTests.minimal) != key(incomplete))
        }
    }

    @Test("the body's hash sees every field a resident filled, and nothing of the channel")
    func bodyHash() {
        let base = SubmissionRecordTests.full
        let hash = SubmissionIdentity.bodyHash(of: base)
        let changes: [(inout Submission) -> Void] = [
            { $0.village = "x" }, { $0.service = "x" }, { $0.subject = "x" }, { $0.description = "x" },
            { $0.name = nil }, { $0.phone = nil }, { $0.email = nil }, { $0.account = nil }, { $0.address = nil },
            { $0.attributes = nil }, { $0.submittedAt = nil },
        ]
        var hashes: Set<UInt128> = [hash]
        for change in changes {
            var changed = base
            change(&changed)
            hashes.insert(SubmissionIdentity.bodyHash(of: changed))
        }
        #expect(hashes.count == changes.count + 1)
        var elsewhere = base
        elsewhere.channel = "other"
        elsewhere.sourceID = nil
        elsewhere.idempotencyKey = "k"
        #expect(SubmissionIdentity.bodyHash(of: elsewhere) == hash)
    }

    @Test("moving a text into the next field is another body")
    func boundaries() {
        var left = SubmissionRecordTests.minimal
        var right = left
        (left.subject, left.description) = ("ab", "c")
        (right.subject, right.description) = ("a", "bc")
        #expect(SubmissionIdentity.bodyHash(of: left) != SubmissionIdentity.bodyHash(of: right))
    }

    private func hex(_ value: UInt128?) -> String? {
        value.map { String($0, radix: 16) }.map { String(repeating: "0", count: 32 - $0.count) + $0 }
    }
}
