import Contracts
import Domain
import Foundation
import PostgresClient
import Testing
import Workflow

@testable import Store

struct DirectoryTests {
    private static let heading = "county,cadre,name,agency,agency_name,post,post_name,capacity"

    private func store(_ kind: ImportKind, _ text: String, in county: StoreCounty, dryRun: Bool = false) async throws -> ImportReport {
        let file = try ReadRegisterFile(kind)(file: "f.csv", bytes: Array(text.utf8))
        return try await RegisterImporter(pool: county.pool).store(file, isDryRun: dryRun)
    }

    /// Imports one cadre; `more` are columns beyond the usual ones, as `name=value`.
    @discardableResult
    private func cadre(
        _ code: String, name: String = "Cadre", capacity: Int = 20, _ more: [String: String] = [:], in county: StoreCounty
    ) async throws -> ImportReport {
        let columns = more.sorted { $0.key < $1.key }
        return try await store(
            .cadres,
            """
            \(([Self.heading] + columns.map(\.key)).joined(separator: ","))
            \((["C,\(code),\(name),A1,Office,P1,Clerk,\(capacity)"] + columns.map(\.value)).joined(separator: ","))

            """, in: county)
    }

    /// What the lane holds, in order.
    private func messages(_ county: StoreCounty, after: Int64 = 0) async throws -> [OutgoingMessage] {
        let lane = try #require(try await LaneReader(pool: county.pool).lanes().first { $0.group == LaneStore.registerPool })
        return try await LaneStore(pool: county.pool).tail(of: lane.id, after: after, limit: 1_000)
    }

    private func object(_ message: OutgoingMessage?) throws -> [String: Any] {
        let value = try #require(message?.value)
        return try #require(try JSONSerialization.jsonObject(with: Data(value)) as? [String: Any])
    }

    @Test func `The first import tells of every active cadre, an unchanged one of nobody`() async throws {
        try await StoreCounty.with { county in
            try await county.run("update register.cadre set is_active = false where code = 'C4'")
            #expect(try await cadre("C1", name: "Cadre 1", in: county).directoryEntries == 8)
            let messages = try await messages(county)
            #expect(messages.map { String(decoding: $0.key ?? [], as: UTF8.self) } == ["1", "2", "3", "5", "6", "7", "8", "9"])
            #expect(messages.map(\.laneSeq) == Array(1...8))
            #expect(try await cadre("C1", name: "Cadre 1", in: county).directoryEntries == 0)
            #expect(try await Verification(pool: county.pool).violations() == [])
        }
    }

    @Test func `An entry is what is posted on the wall`() async throws {
        try await StoreCounty.with { county in
            try await cadre(
                "C7", name: "林七",
                [
                    "responsibilities": "roads", "office_phone": "0578-1", "leave": "2026-12-01/2026-12-03",
                    "name_en": "Lin",
                ], in: county)
            let message = try await messages(county).first { $0.key == Array("7".utf8) }
            let entry = try object(message)
            #expect(entry["name"] as? String == "林七")
            #expect(entry["name_en"] as? String == "Lin")
            #expect(entry["county"] as? String == "C")
            #expect(entry["agency"] as? String == "Office")
            #expect(entry["post"] as? String == "Clerk")
            #expect(entry["responsibilities"] as? String == "roads")
            #expect(entry["office_phone"] as? String == "0578-1")
            #expect(entry["capacity"] == nil)
            #expect(entry["areas"] as? [[String: String]] == [["role": "town", "town": "T1", "name": "North"]])
            let skills = try #require(entry["skills"] as? [[String: Any]])
            #expect(skills.map { $0["skill"] as? String } == ["K1", "K2"])
            #expect(skills.map { $0["level"] as? Int } == [2, 3])
            #expect((skills[0]["valid_until"] as? String)?.hasPrefix("2040-01-01") == true)
            #expect(
                entry["leaves"] as? [[String: String]]
                    == [["begins_at": "2026-11-30T16:00:00.000000Z", "ends_at": "2026-12-03T16:00:00.000000Z"]])
        }
    }

    @Test func `Only those of whom the public sees something else are told, with the version`() async throws {
        try await StoreCounty.with { county in
            try await cadre("C1", name: "Cadre 1", in: county)
            // Nobody but the router sees a capacity.
            #expect(try await cadre("C2", name: "Cadre 2", capacity: 5, in: county).directoryEntries == 0)
            let report = try await cadre("C3", name: "Another", in: county)
            #expect(report.directoryEntries == 1)
            let changed = try await messages(county, after: 9)
            let entry = try object(changed.first)
            #expect(changed.count == 1)
            #expect(entry["name"] as? String == "Another")
            #expect(entry["register_version"] as? Int64 == report.versionAfter)
            #expect(changed.first?.headers.contains(.init("ce_registerversion", "\(report.versionAfter)")) == true)
            // A village's new name is seen by its one cadre, a certificate's end by its holder.
            let village = try await store(
                .villages, "county,county_name,town,town_name,village,village_name\nC,County,T1,North,V1,Spring\n", in: county)
            #expect(village.directoryEntries == 1)
            let revoked = try await store(
                .certificates,
                "county,cadre,skill,level,issued_on,expires_on\nC,C5,K2,4,2026-01-01,2030-01-01\n", in: county)
            #expect(revoked.directoryEntries == 1)
            let last = try await messages(county, after: 10)
            #expect(last.map { String(decoding: $0.key ?? [], as: UTF8.self) } == ["1", "5"])
        }
    }

    @Test func `A cadre who leaves gets a record without a value, and an entry again on coming back`() async throws {
        try await StoreCounty.with { county in
            try await cadre("C1", name: "Cadre 1", in: county)
            #expect(try await cadre("C2", name: "Cadre 2", ["active": "no"], in: county).directoryEntries == 1)
            let gone = try #require(try await messages(county, after: 9).first)
            #expect(gone.key == Array("2".utf8))
            #expect(gone.value == nil)
            #expect(gone.headers.contains(.init("ce_type", DirectoryRecord.removalType)))
            #expect(try await cadre("C2", name: "Cadre 2", ["active": "no"], in: county).directoryEntries == 0)
            #expect(try await cadre("C3", name: "New", in: county).directoryEntries == 1)
            #expect(try await cadre("C2", name: "Cadre 2", ["active": "yes"], in: county).directoryEntries == 1)
            #expect(try await messages(county, after: 11).first?.value != nil)
            #expect(try await Verification(pool: county.pool).violations() == [])
            try await county.run("update register.cadre set is_active = false where code = 'C3'")
            #expect(
                try await Verification(pool: county.pool).violations().contains { $0.hasPrefix("the directory names nobody") })
        }
    }

    @Test func `A dry run and a refused import tell nothing`() async throws {
        try await StoreCounty.with { county in
            let text = "\(Self.heading)\nC,C1,Other,A1,Office,P1,Clerk,20\n"
            let tried = try await store(.cadres, text, in: county, dryRun: true)
            #expect(tried.directoryEntries == 9)
            await #expect(throws: ImportRefusal.self) {
                try await store(
                    .certificates, "county,cadre,skill,level,issued_on,expires_on\nC,C1,nothing,1,2026-01-01,2027-01-01\n",
                    in: county)
            }
            #expect(try await messages(county).isEmpty)
        }
    }

    @Test func `Imports at once are numbered in the order of their versions, and nobody waits for whoever publishes`() async throws {
        try await StoreCounty.with { county in
            try await cadre("C1", name: "Cadre 1", in: county)
            let keeper = LaneStore(pool: county.pool)
            let publisher = try #require(try await keeper.adopt(owner: "publisher"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 { group.addTask { try await cadre("C1", name: "Name \(number)", in: county) } }
                try await group.waitForAll()
            }
            let versions = try await messages(county).filter { $0.key == Array("1".utf8) }
                .map { try object($0)["register_version"] as? Int64 ?? 0 }
            #expect(versions.count == 7)
            #expect(versions == versions.sorted())
            // Its epoch still holds: it records how far it got, and the rest is left for after it.
            try await keeper.recordPublished(publisher, through: publisher.laneSeq)
            #expect(try await keeper.adopt(owner: "another")?.lane == nil)
            try await keeper.release(publisher)
            let heir = try #require(try await keeper.adopt(owner: "heir", pool: LaneStore.registerPool))
            #expect(heir.lane == publisher.lane)
            #expect(heir.publishedThrough == publisher.laneSeq)
            #expect(heir.laneSeq == publisher.laneSeq + 6)
            #expect(try await county.deadlocks() == 0)
        }
    }
}
