import Contracts
import Domain
import Testing

@Suite("A cadre's public entry as a record")
struct DirectoryRecordTests {
    private static func midnight(_ day: String) -> Instant { ISO8601.parse("\(day)T16:00:00Z".utf8)! }

    private static let full = PublicEntry(
        cadre: Cadre.ID(17), county: County.ID(1), countyCode: "qingyuan", code: "C-017", name: "吴小明",
        nameInEnglish: "Wu Xiaoming", agency: "竹口镇人民政府", post: "农业技术员", responsibilities: "香菇、茶叶技术指导",
        officePhone: "0578-6120000",
        areas: [
            .init(role: .resident, code: "V012", name: "黄坛村"), .init(role: .town, code: "T03", name: "竹口镇"),
            .init(role: .countyPool, code: "", name: ""),
        ],
        skills: [
            .init(
                code: "mushroom", name: "香菇栽培", level: 4, validFrom: midnight("2025-03-01"),
                validUntil: midnight("2028-03-01")),
            .init(
                code: "tea", name: "茶叶", level: 2, validFrom: midnight("2024-06-30"), validUntil: midnight("2027-06-30")),
        ],
        leaves: [.init(beginsAt: midnight("2026-12-01"), endsAt: midnight("2026-12-05"))])

    private static let least = PublicEntry(
        cadre: Cadre.ID(18), county: County.ID(1), countyCode: "qingyuan", code: "C-018", name: "吴大民",
        nameInEnglish: "", agency: "县委办", post: "干事", responsibilities: "", officePhone: "", areas: [], skills: [],
        leaves: [])

    @Test("is written as the golden bytes", arguments: [(full, 12, ""), (least, 3, ".minimal")])
    func golden(_ entry: PublicEntry, _ version: Int64, _ name: String) throws {
        let golden = try SchemaFiles.text("examples/directory-entry\(name).json")
        #expect(String(decoding: DirectoryRecord.body(of: entry, version: version), as: UTF8.self) == golden)
    }

    @Test("its message is keyed by cadre and says its version in a header")
    func message() {
        let message = DirectoryRecord.message(
            cadre: Cadre.ID(17), version: 12, at: Self.midnight("2026-11-24"),
            body: DirectoryRecord.body(of: Self.full, version: 12), laneSeq: 5)
        let record = IncomingRecord(
            offset: 0, key: message.key, value: message.value, headers: message.headers, timestamp: message.at)
        #expect(message.topic == .directory)
        #expect(message.key == Array("17".utf8))
        #expect(record.header("ce_type") == "tuesday.directory.entry")
        #expect(record.header("ce_id") == "cadre-17-12")
        #expect(record.header("ce_subject") == "17")
        #expect(record.header("ce_registerversion") == "12")
        #expect(record.header("ce_dataschema") == DirectoryRecord.schema)
        #expect(record.header("content-type") == "application/json")
    }

    @Test("a cadre who left gets a record without a value that still says its version")
    func removal() {
        let message = DirectoryRecord.message(
            cadre: Cadre.ID(17), version: 13, at: Self.midnight("2026-11-24"), body: nil, laneSeq: 6)
        let record = IncomingRecord(
            offset: 0, key: message.key, value: message.value, headers: message.headers, timestamp: message.at)
        #expect(message.value == nil)
        #expect(record.header("ce_type") == "tuesday.directory.removal")
        #expect(record.header("ce_id") == "cadre-17-13")
        #expect(record.header("ce_registerversion") == "13")
        #expect(record.header("ce_dataschema") == nil)
        #expect(record.header("content-type") == nil)
    }
}
