import Contracts
import Domain
import Testing

@Suite("An event as a record")
struct RequestEventRecordTests {
    @Test("every type of event has an example")
    func everyType() {
        #expect(Set(LifeOfARequest.events.map(\.type)) == Set(EventType.allCases))
    }

    @Test("is written as the golden bytes and read back the same", arguments: LifeOfARequest.events)
    func golden(_ event: RequestEvent) throws {
        let golden = try SchemaFiles.bytes("examples/request-event.\(event.type.word).json")
        let written = RequestEventRecord.body(of: event)
        #expect(String(decoding: written, as: UTF8.self) == String(decoding: golden, as: UTF8.self))
        #expect(try RequestEventRecord.event(golden) == event)
    }

    @Test("its message is keyed by request and says its type, id and schema in headers")
    func message() throws {
        let event = LifeOfARequest.events[2]
        let message = RequestEventRecord.message(
            request: event.request, seq: event.seq, type: event.type, at: event.at,
            body: RequestEventRecord.body(of: event), laneSeq: 9)
        let record = IncomingRecord(
            offset: 0, key: message.key, value: message.value, headers: message.headers, timestamp: message.at)
        #expect(message.topic == .requests)
        #expect(record.header("ce_specversion") == "1.0")
        #expect(record.header("ce_id") == "018f3c1e-7a10-7cc3-98c4-dc0c0c07398f-3")
        #expect(record.identity == RequestEventRecord.id(event.request, seq: 3))
        #expect(record.header("ce_type") == "tuesday.request.assigned")
        #expect(record.header("ce_time") == "2026-11-24T01:00:01.000456Z")
        #expect(record.header("ce_subject") == event.request.description)
        #expect(record.header("ce_dataschema") == RequestEventRecord.schema)
        #expect(record.header("content-type") == "application/json")
        let hint = try #require(RequestEventRecord.hint(record))
        #expect(hint.type == .assigned && hint.request == event.request)
    }

    @Test("a member that is missing or of another type is named", arguments: [
        "request_id", "seq", "type", "at", "county_id", "town_id", "village_id", "service_id", "accepted_at", "actor",
        "state",
    ])
    func required(_ member: String) throws {
        for replacement in ["null", "[]", "\"?\"", "99999999999", "1.5", "true"] {
            let problem = #expect(throws: RecordProblem.self) { try read(member, replacement) }
            #expect(problem?.reason == "malformed")
            #expect(problem?.detail.contains("\"\(member)\"") == true, "\(replacement)")
        }
    }

    @Test("an optional member of another type, or with a word of a later version, is named too", arguments: [
        "assignment", "cadre_id", "reason", "previous_reason", "deadline", "due_at", "rating", "priority", "outside",
    ])
    func optional(_ member: String) throws {
        for replacement in ["[]", "\"?\"", "\"\"", "99999999999"] {
            let problem = #expect(throws: RecordProblem.self) { try read(member, replacement) }
            #expect(problem?.detail.contains("\"\(member)\"") == true, "\(replacement)")
        }
        #expect(throws: Never.self) { try read(member, "null") }
    }

    @Test("what is no JSON object is refused with the byte where it breaks")
    func malformed() {
        #expect(throws: RecordProblem.self) { try RequestEventRecord.event(nil as [UInt8]?) }
        let problem = #expect(throws: RecordProblem.self) { try RequestEventRecord.event(Array("{\"seq\" 1}".utf8)) }
        #expect(problem?.detail == "JSON at byte 7: expected ':'")
    }

    @Test("unknown members are ignored")
    func unknown() throws {
        #expect(try read("later", "{\"a\":[1]}") == LifeOfARequest.events[2])
    }

    @Test("a record without our headers gives no hint")
    func noHint() {
        let type = OutgoingMessage.Header("ce_type", "tuesday.request.assigned")
        let key = Array(LifeOfARequest.request.description.utf8)
        for (headers, key) in [
            ([], key), ([.init("ce_type", "tuesday.request.painted")], key), ([.init("ce_type", "assigned")], key),
            ([type], nil), ([type], Array("not-an-id".utf8)),
        ] as [([OutgoingMessage.Header], [UInt8]?)] {
            let record = IncomingRecord(offset: 0, key: key, value: nil, headers: headers, timestamp: 0)
            #expect(RequestEventRecord.hint(record) == nil)
        }
    }

    /// The third event, with one member replaced or added (the last of a repeated name counts).
    @discardableResult
    private func read(_ member: String, _ replacement: String) throws -> RequestEvent {
        var body = RequestEventRecord.body(of: LifeOfARequest.events[2])
        body.removeLast()
        body.append(contentsOf: ",\"\(member)\":\(replacement)}".utf8)
        return try RequestEventRecord.event(body)
    }
}
