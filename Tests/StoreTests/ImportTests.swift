import Domain
import Foundation
import PostgresClient
import Testing
import Workflow

@testable import Store

struct ImportFileTests {
    private func problems(_ kind: ImportKind, _ text: String) -> [String] {
        do {
            _ = try ReadRegisterFile(kind)(file: "f.csv", bytes: Array(text.utf8))
            return []
        } catch let refusal as ImportRefusal {
            return refusal.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func `Every bad cell is named with line, column, what was expected and what was found`() {
        let text = """
            county,skill,name,tier
            demo,tea,茶叶,5
            demo,t e a,,x
            other,tea,"茶
            叶",3
            """
        #expect(
            problems(.skills, text) == [
                "f.csv:2:13: tier: expected a whole number from 1 to 4, found \"5\"",
                "f.csv:3:6: skill: expected a code of letters, digits, - and _, found \"t e a\"",
                "f.csv:3:12: name: expected a value, found nothing",
                "f.csv:3:13: tier: expected a whole number from 1 to 4, found \"x\"",
                "f.csv:4:1: county: expected the county of the first row, demo, found \"other\"",
                "f.csv:4:7: skill: expected each entry once; line 2 has this one already, found \"tea\"",
            ])
    }

    @Test func `A text too long for a message that tells of it is refused`() {
        let text = "county,skill,name,tier\ndemo,tea,\(String(repeating: "茶", count: 10_001)),1\n"
        #expect(
            problems(.skills, text) == ["f.csv:2:10: name: expected at most 10000 characters, found \"10001 characters\""])
    }

    @Test func `A missing column, an unknown one and a short row are named`() {
        #expect(
            problems(.skills, "county,skill,nmae,tier\ndemo,a,b,1\n").count == 2)
        #expect(
            problems(.skills, "county,skill,name,tier\ndemo,a,b\n")
                == ["f.csv:2:1: expected 4 cells, as the heading has, found \"3 cells\""])
    }

    @Test func `Byte order mark, CRLF and doubled quotes are read`() throws {
        let text = "\u{FEFF}county,skill,name,tier\r\n\r\ndemo,a,\"say \"\"tea\"\", please\",1\r\n"
        guard case .skills(let sheet) = try ReadRegisterFile(.skills)(file: "f", bytes: Array(text.utf8)) else {
            Issue.record("another kind came back")
            return
        }
        #expect(sheet.rows.map(\.name) == ["say \"tea\", please"])
    }

    @Test func `Bytes that are not UTF-8 are refused at their cell`() {
        let bytes = Array("county,skill,name,tier\ndemo,a,".utf8) + [0xB2, 0xE8] + Array(",1\n".utf8)
        #expect(throws: ImportRefusal.self) { try ReadRegisterFile(.skills)(file: "f", bytes: bytes) }
    }

    @Test func `One seed makes the same demonstration county, another another`() {
        let one = DemonstrationCounty(seed: 1).files().map(\.text)
        #expect(one == DemonstrationCounty(seed: 1).files().map(\.text))
        #expect(one != DemonstrationCounty(seed: 2).files().map(\.text))
    }

    @Test func `The demonstration's holidays are those of the data file`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../deploy/calendar/china-2016-2026.csv").standardizedFileURL
        let published = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",").dropFirst().prefix(2).joined(separator: " ") }
        let calendar = try #require(DemonstrationCounty().files().first { $0.kind == .calendar }).text
        let generated = calendar.split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",").dropFirst().prefix(2).joined(separator: " ") }
            .filter { !$0.hasPrefix("session") }
        #expect(Set(published) == Set(generated))
    }
}

struct ImportTests {
    static func importDemonstration(_ database: MigrationDatabase) async throws -> [ImportReport] {
        var reports: [ImportReport] = []
        for (kind, text) in DemonstrationCounty().files() {
            let file = try ReadRegisterFile(kind)(file: "\(kind).csv", bytes: Array(text.utf8))
            reports.append(try await RegisterImporter(pool: database.pool).store(file))
        }
        return reports
    }

    static func store(_ kind: ImportKind, _ text: String, in database: MigrationDatabase) async throws -> ImportReport {
        let file = try ReadRegisterFile(kind)(file: "f.csv", bytes: Array(text.utf8))
        return try await RegisterImporter(pool: database.pool).store(file)
    }

    @Test func `The demonstration county has what it promises, and importing it again changes nothing`() async throws {
        try await MigrationDatabase.migrated { database in
            _ = try await Self.importDemonstration(database)
            let store = RegisterStore(pool: database.pool)
            let county = try #require(try await store.countyByCode(DemonstrationCounty.code))
            let register = try await store.load(county: county.id)
            #expect(register.towns.count == 20)
            #expect(register.towns.values.allSatisfy { $0.lead != nil })
            #expect(register.villages.count == 345)
            #expect(register.skills.count == 44)
            #expect(register.services.count == 64)
            #expect(register.services.values.count { !$0.attributes.isEmpty } == 7)
            let attributes = register.services.values.flatMap(\.attributes)
            #expect(attributes.allSatisfy { !$0.isRequired && !$0.descriptionInEnglish.isEmpty })
            #expect((1_100...1_300).contains(register.cadres.count))
            #expect(register.cadres.values.allSatisfy { (6...20).contains($0.capacity) })
            #expect(register.calendar.isLoaded(year: 2026) && !register.calendar.isLoaded(year: 2027))
            #expect(register.cadresOfVillage.count == 345)
            for town in register.towns.keys {
                let certified = Set(
                    (register.cadresOfTown[town] ?? []).flatMap { register.certificates[$0] ?? [] }
                        .filter { $0.isValid(at: Instant(seconds: 1_780_000_000)) }.map(\.skill))
                let lacking = register.skills.values.filter { !certified.contains($0.id) }.map(\.code)
                #expect(DemonstrationCounty.scarceSkills.isSuperset(of: lacking))
            }
            for report in try await Self.importDemonstration(database) {
                #expect(report.versionAfter == report.versionBefore)
                #expect(report.counts.values.allSatisfy { $0.inserted + $0.updated + $0.removed == 0 })
            }
            let village = try #require(register.villages.values.min { $0.id < $1.id })
            let directory = try await store.directory(
                county: county.id, village: village.code, at: Instant(seconds: 1_780_000_000))
            #expect(try #require(directory).contains { $0.role == "assigned" })
            #expect(try #require(directory).contains { !$0.skills.isEmpty && !$0.responsibilities.isEmpty })
        }
    }

    @Test func `An older version is rebuilt from history as it was loaded then`() async throws {
        try await MigrationDatabase.migrated { database in
            _ = try await Self.importDemonstration(database)
            let store = RegisterStore(pool: database.pool)
            let county = try #require(try await store.countyByCode(DemonstrationCounty.code))
            let before = try await store.load(county: county.id)
            try await database.pool.withConnection { connection in
                for change in [
                    "update register.town set name = name || 'x'", "update register.cadre set capacity = capacity + 1",
                    "delete from register.certificate where level = 1", "delete from register.coverage where role = 1",
                    "delete from register.leave", "update register.session set opens_at = '10:00'",
                    "delete from register.calendar_day where is_workday",
                    "update register.service set resolve_minutes = resolve_minutes + 1",
                    "update register.skill set tier = 4", "update register.village set name = 'y' where id % 2 = 0",
                ] { try await connection.execute(script: change) }
            }
            let now = try #require(try await store.currentVersion(county.id))
            #expect(now == before.version + 10)
            let then = try await store.load(county: county.id, version: before.version)
            #expect(then.towns == before.towns)
            #expect(then.villages == before.villages)
            #expect(then.skills == before.skills)
            #expect(then.services == before.services)
            #expect(then.cadres == before.cadres)
            #expect(then.certificates.mapValues(Set.init) == before.certificates.mapValues(Set.init))
            #expect(then.leaves.mapValues(Set.init) == before.leaves.mapValues(Set.init))
            #expect(then.cadresOfVillage == before.cadresOfVillage)
            #expect(then.calendar.sessions == before.calendar.sessions)
            #expect(then.calendar.makeupWorkdays == before.calendar.makeupWorkdays)
            await #expect(throws: RegisterRefusal.unknownVersion(now + 1, present: now)) {
                try await store.load(county: county.id, version: now + 1)
            }
        }
    }

    @Test func `Every statement that reads a register can be prepared`() async throws {
        try await MigrationDatabase.migrated { database in
            try await database.pool.withConnection { connection in
                for (index, statement) in (RegisterStatements.all + PublicEntryStatements.all).enumerated() {
                    try await connection.execute(script: "prepare register_\(index) as \(statement.sql)")
                }
            }
        }
    }

    @Test func `A code that names nothing refuses the whole file`() async throws {
        try await MigrationDatabase.migrated { database in
            _ = try await Self.importDemonstration(database)
            let text = """
                county,service,name,skill,level,acknowledge_minutes,resolve_minutes
                demo,new-one,新,tea,1,10,20
                demo,new-two,新,nothing,1,10,20
                """
            await #expect(throws: ImportRefusal.self) { try await Self.store(.services, text, in: database) }
            #expect(try await database.texts("select code from register.service where code like 'new-%'") == [])
        }
    }

    @Test func `Bad cells and unknown codes of all files are named at once, in the order of file, line and column`() async throws {
        try await MigrationDatabase.migrated { database in
            _ = try await Self.importDemonstration(database)
            let cadre = try #require(try await database.texts("select min(code) from register.cadre").first)
            let files = [
                "b.csv": "demo,nobody,tea,3,2015-01-01,2016-01-01\n",
                "a.csv": """
                    demo,\(cadre),tea,9,2015-02-30,2016-01-01
                    demo,NOPE,no skill,3,2015-01-01,2016-01-01
                    demo,\(cadre),nopeskill,3,2015-01-01,2016-01-01
                    """,
                "c.csv": "nowhere,\(cadre),tea,0,2015-01-01,2016-01-01\n",
            ].map { name, rows in
                ReadRegisterFile(.certificates).read(
                    file: name, bytes: Array(("county,cadre,skill,level,issued_on,expires_on\n" + rows).utf8))
            }
            let refusal = try #require(
                await #expect(throws: ImportRefusal.self) {
                    try await RegisterImporter(pool: database.pool).store(files, isDryRun: true)
                })
            #expect(
                refusal.problems.map { "\($0.file):\($0.line) \($0.field ?? ""): \($0.found)" } == [
                    "a.csv:2 level: 9", "a.csv:2 issued_on: 2015-02-30", "a.csv:3 cadre: NOPE", "a.csv:3 skill: no skill",
                    "a.csv:4 skill: nopeskill", "b.csv:2 cadre: nobody", "c.csv:2 county: nowhere", "c.csv:2 level: 0",
                ])
        }
    }

    @Test func `A file of villages with a bad cell may name a county that is not there yet`() async throws {
        try await MigrationDatabase.migrated { database in
            let text = "county,county_name,town,town_name,village,village_name\nnew,新,t,镇,v v,村\n"
            let file = ReadRegisterFile(.villages).read(file: "f.csv", bytes: Array(text.utf8))
            let refusal = try #require(
                await #expect(throws: ImportRefusal.self) { try await RegisterImporter(pool: database.pool).store(file) })
            #expect(refusal.problems.map(\.field) == ["village"])
        }
    }

    @Test func `A dry run reports the same counts and leaves nothing`() async throws {
        try await MigrationDatabase.migrated { database in
            let text = try #require(DemonstrationCounty().files().first).text
            let file = try ReadRegisterFile(.villages)(file: "f", bytes: Array(text.utf8))
            let importer = RegisterImporter(pool: database.pool)
            let tried = try await importer.store(file, isDryRun: true)
            #expect(try await database.texts("select code from register.village") == [])
            #expect(try await importer.store(file).counts == tried.counts)
            #expect(tried.counts["village"]?.inserted == 345)
        }
    }
}
