import Contracts
import Domain
import Foundation
import Testing

/// What partners who write Python read with: the package `cloudevents` of PyPI.
@Suite struct CloudEventsTests {
    private static let needsPackage = ConditionTrait.enabled(
        if: Tool.cloudEventsPython != nil, "no Python with the package cloudevents; deploy/test installs it")

    /// Reads `[{"key", "value", "headers"}]` and prints what the package makes of each; JSON texts with members in order.
    private static let program = """
        import json, sys
        from cloudevents.kafka import KafkaMessage, from_binary
        def data(value):  # a record without a value has no data
            return None if value is None else json.loads(value)
        for record in json.load(open(sys.argv[1], encoding="utf-8")):
            headers = {name: value.encode() for name, value in record["headers"].items()}
            value = record["value"] and record["value"].encode()
            event = from_binary(KafkaMessage(headers, record["key"].encode(), value), data_unmarshaller=data)
            attributes = {name: event[name] for name in event if name not in ("partitionkey", "data")}
            print(json.dumps([event["partitionkey"].decode(), attributes, event.data == data(record["value"])]))
        """

    private static let at = Instant(seconds: 1_795_399_200)

    @Test(needsPackage) func `the Python package decodes every kind of record`() throws {
        let python = try #require(Tool.cloudEventsPython)
        let messages = try Self.messages()
        #expect(Set(messages.map(\.topic)) == Set(Topic.allCases).subtracting([.submissions]))
        let file = FileManager.default.temporaryDirectory.appending(path: "tuesday-records-\(getpid()).json")
        defer { try? FileManager.default.removeItem(at: file) }  // what stays in /tmp does no harm
        try JSONSerialization.data(
            withJSONObject: messages.map { message -> [String: Any] in
                [
                    "key": Self.text(message.key), "value": message.value.map { Self.text($0) } ?? NSNull(),
                    "headers": Dictionary(uniqueKeysWithValues: message.headers.map { ($0.name, $0.value) }),
                ]
            }
        ).write(to: file)
        let child = try Child.run(python, ["-c", Self.program, file.path])
        #expect(child.status == 0, "\(child.output)")
        let lines = child.output.split(separator: "\n")
        #expect(lines.count == messages.count)
        for (line, message) in zip(lines, messages) {
            let read = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
            let attributes = try #require(read[1] as? [String: String])
            #expect(read[0] as? String == Self.text(message.key))
            #expect(read[2] as? Bool == true, "\(message.topic): the data is another")
            var written: [String: String] = [:]
            for header in message.headers {
                if header.name == "content-type" { written["datacontenttype"] = header.value }
                if header.name.hasPrefix("ce_") { written[String(header.name.dropFirst(3))] = header.value }
            }
            #expect(attributes == written)
        }
    }

    /// One of each golden example, and what has none: a removal, and a dead letter that was an event once.
    private static func messages() throws -> [OutgoingMessage] {
        var messages: [OutgoingMessage] = []
        for (name, body) in try examples("request-event") {
            let event = try RequestEventRecord.event(body)
            #expect(name == "request-event.\(event.type.word).json")
            messages.append(
                RequestEventRecord.message(
                    request: event.request, seq: event.seq, type: event.type, at: event.at, body: body, laneSeq: 1))
        }
        for (_, body) in try examples("notification") {
            let value = try JSONObject(body)
            messages.append(
                NotificationRecord.message(
                    lane: 1, laneSeq: 2, at: at, recipient: value.string("recipient") ?? "",
                    template: value.string("template") ?? "",
                    subject: value.string("request_id").flatMap { RequestID($0) }, body: body))
        }
        for (_, body) in try examples("directory-entry") {
            messages.append(DirectoryRecord.message(cadre: Cadre.ID(17), version: 12, at: at, body: body, laneSeq: 3))
        }
        messages.append(DirectoryRecord.message(cadre: Cadre.ID(17), version: 13, at: at, body: nil, laneSeq: 4))
        for (_, body) in try examples("statistics-window") {
            messages.append(
                StatisticsRecord.message(
                    county: County.ID(1), measure: try JSONObject(body).string("measure") ?? "", hourStart: at, revision: 1,
                    at: at, body: body, laneSeq: 5))
        }
        let event = messages[0]
        messages.append(
            DeadLetterRecord.message(
                laneSeq: 6, source: .init(topic: event.topic.rawValue, partition: 3, offset: 1_042, group: "tuesday-router"),
                problem: RecordProblem(reason: "handler_crash", detail: "it was tried three times"), attempts: 3,
                firstSeen: at, at: at, key: event.key, value: event.value, original: event.headers))
        return messages
    }

    private static func examples(_ prefix: String) throws -> [(name: String, body: [UInt8])] {
        let folder = Repository.url("Sources/Contracts/Schemas/examples")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasPrefix(prefix) }
            .map { ($0, Array(try Data(contentsOf: folder.appending(path: $0)))) }
    }

    private static func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }
}
