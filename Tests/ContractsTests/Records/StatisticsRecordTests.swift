import Contracts
import Domain
import Testing

@Suite("A closed window as a record")
struct StatisticsRecordTests {
    private static let hour = ISO8601.parse("2026-11-24T01:00:00Z".utf8)!

    private static func window(_ measure: String, _ revision: Int32, _ towns: [(Int32, Int64)]) -> ClosedWindow {
        ClosedWindow(
            county: County.ID(1), countyCode: "qingyuan", hourStart: hour, measure: measure, revision: revision,
            towns: towns.map { .init(town: Town.ID($0.0), code: $0.0 == 3 ? "T03" : "T12", value: $0.1) })
    }

    @Test("is written as the golden bytes", arguments: [
        window("received", 1, [(3, 12), (12, 5)]), window("waiting_routing", 2, [(3, -2)]), window("declined", 3, []),
    ])
    func golden(_ window: ClosedWindow) throws {
        let golden = try SchemaFiles.text("examples/statistics-window.\(window.measure).json")
        #expect(String(decoding: StatisticsRecord.body(of: window), as: UTF8.self) == golden)
    }

    @Test("its message is keyed by county and measure, and its id tells revisions apart")
    func message() {
        let window = Self.window("received", 2, [(3, 12)])
        let message = StatisticsRecord.message(
            county: window.county, measure: window.measure, hourStart: window.hourStart, revision: window.revision,
            at: Self.hour.adding(seconds: 4_000), body: StatisticsRecord.body(of: window), laneSeq: 1)
        let record = IncomingRecord(
            offset: 0, key: message.key, value: message.value, headers: message.headers, timestamp: message.at)
        #expect(message.topic == .statistics)
        #expect(message.key == Array("1/received".utf8))
        #expect(record.header("ce_id") == "1/received/2026-11-24T01:00:00.000000Z/2")
        #expect(record.header("ce_type") == "tuesday.statistics.window")
        #expect(record.header("ce_subject") == "1/received")
        #expect(record.header("ce_dataschema") == StatisticsRecord.schema)
    }
}
