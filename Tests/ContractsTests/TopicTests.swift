import Contracts
import Domain
import Foundation
import Testing

@Suite("What is written about the topics")
struct TopicTests {
    @Test("every topic is a channel of the AsyncAPI document, and every channel a topic")
    func asyncAPI() throws {
        let addresses = try SchemaFiles.text("asyncapi.yaml").split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("address: ") }.map { String($0.dropFirst(9)) }
        #expect(addresses.sorted() == Topic.allCases.map(\.rawValue).sorted())
    }

    @Test("every schema file the AsyncAPI document names is there")
    func references() throws {
        let names = try SchemaFiles.text("asyncapi.yaml").split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("$ref: ") && $0.hasSuffix(".json") }.map { String($0.dropFirst(6)) }
        #expect(names.count == 6)
        for name in names { #expect(throws: Never.self) { try SchemaFiles.bytes(name) } }
    }

    @Test("every schema says who it is, and the ids are those that records carry", arguments: [
        ("request-event", RequestEventRecord.schema), ("submission", SubmissionRecord.schema),
        ("directory-entry", DirectoryRecord.schema), ("notification", "urn:tuesday:schema:notification:v1"),
        ("dead-letter", "urn:tuesday:schema:dead-letter:v1"),
        ("statistics-window", StatisticsRecord.schema),
    ])
    func ids(_ name: String, _ id: String) throws {
        let schema = try SchemaFiles.object("\(name).v1.json")
        #expect(schema["$id"] as? String == id)
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test("the event's schema knows every word that is written")
    func words() throws {
        let properties = try SchemaFiles.object("request-event.v1.json")["properties"] as? [String: [String: Any]] ?? [:]
        func words(_ name: String) -> [String]? { (properties[name]?["enum"] as? [String])?.sorted() }
        #expect(words("type") == EventType.allCases.map(\.word).sorted())
        #expect(words("state") == RequestState.allCases.map(\.word).sorted())
        #expect(words("reason") == WaitingReason.allCases.map(\.word).sorted())
        #expect(words("previous_reason") == WaitingReason.allCases.map(\.word).sorted())
        #expect(words("deadline") == DeadlineKind.allCases.map(\.word).sorted())
    }

    @Test("the statistics' schema knows every measure, in order")
    func measures() throws {
        let properties = try SchemaFiles.object("statistics-window.v1.json")["properties"] as? [String: [String: Any]] ?? [:]
        #expect(properties["measure"]?["enum"] as? [String] == Measure.all.map(\.word))
    }

    @Test("the directory's schema knows every role")
    func roles() throws {
        let properties = try SchemaFiles.object("directory-entry.v1.json")["properties"] as? [String: [String: Any]] ?? [:]
        let areas = properties["areas"]?["items"] as? [String: Any] ?? [:]
        let role = (areas["properties"] as? [String: [String: Any]])?["role"] ?? [:]
        #expect(role["enum"] as? [String] == CoverageRole.allCases.map(\.word))
    }

    @Test("every example is a JSON object that our reader takes")
    func examples() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: SchemaFiles.folder.appending(path: "examples").path)
        #expect(files.count > 16)
        for file in files { #expect(throws: Never.self) { try JSONObject(try SchemaFiles.bytes("examples/\(file)")) } }
    }

    @Test("every consumer group reads a topic of the list")
    func groups() {
        #expect(ConsumerGroup.intake.topic == .submissions)
        #expect([ConsumerGroup.router, .followup, .stats].allSatisfy { $0.topic == .requests })
    }
}
