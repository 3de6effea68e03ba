import Domain
import Testing
import Workflow

@testable import tuesday

@Suite struct SubmissionSourceTests {
    private static let now = Instant(seconds: 1_780_000_000)

    /// Two villages of one town; a cadre of the town is certified for roads, one of the first village for tea.
    private static func register() -> Register {
        func cadre(_ id: Int32) -> Cadre { Cadre(id: .init(id), code: "C\(id)", name: "甲", capacity: 10, isActive: true) }
        func certificate(_ id: Int32, _ skill: Int32) -> Certificate {
            Certificate(
                cadre: .init(id), skill: .init(skill), level: 3, issuedAt: Instant(seconds: 0),
                expiresAt: now.adding(seconds: 1_000_000), revokedAt: nil)
        }
        func service(_ id: Int32, _ code: String) -> Service {
            Service(
                id: .init(id), code: code, name: code, skill: .init(id), level: 1, acknowledgeMinutes: 60,
                resolveMinutes: 600, priority: 3)
        }
        let town = Town.ID(1)
        return Register(
            county: County(id: .init(1), code: "demo", name: "县", registerVersion: 1, utcOffsetMinutes: 480),
            towns: [Town(id: town, code: "T1", name: "镇", lead: nil)],
            villages: [
                Village(id: .init(1), town: town, code: "V1", name: "一村"),
                Village(id: .init(2), town: town, code: "V2", name: "二村"),
            ],
            skills: [], services: [service(1, "roads"), service(2, "tea"), service(3, "heritage")],
            cadres: [cadre(1), cadre(2)],
            coverage: [
                Coverage(cadre: .init(1), role: .town, area: .town(town)),
                Coverage(cadre: .init(2), role: .resident, area: .village(.init(1))),
            ],
            certificates: [certificate(1, 1), certificate(2, 2)], leaves: [],
            calendar: WorkingCalendar(version: 1, utcOffsetMinutes: 480))
    }

    @Test func `only what somebody is certified for where it is asked for is submitted`() throws {
        let source = try SubmissionSource(Self.register(), at: Self.now)
        let places = Dictionary(uniqueKeysWithValues: source.places.map { ($0.village, $0.services) })
        #expect(places == ["V1": ["roads", "tea"], "V2": ["roads"]])
        #expect(source.servedShare == 0.5)
    }

    @Test func `the same number and label make the same submission`() throws {
        let source = try SubmissionSource(Self.register(), at: Self.now)
        #expect(source.submission(7, label: "a") == source.submission(7, label: "a"))
        #expect(source.submission(7, label: "a").sourceID != source.submission(7, label: "b").sourceID)
    }
}

@Suite struct ScaledCountyTests {
    @Test(arguments: [(2_000, 345), (20_000, 345), (2_000, 34_500), (3, 2)])
    func `a county of any size can be imported`(cadreCount: Int, villageCount: Int) throws {
        let files = ScaledCounty(cadreCount: cadreCount, villageCount: villageCount).files()
        #expect(files.map(\.kind) == ImportKind.allCases)
        for (kind, text) in files {
            let read = try ReadRegisterFile(kind)(file: "\(kind.rawValue).csv", bytes: Array(text.utf8))
            switch read {
            case .villages(let sheet): #expect(sheet.rows.count == villageCount)
            case .cadres(let sheet): #expect(sheet.rows.count == cadreCount)
            default: break
            }
        }
    }
}
