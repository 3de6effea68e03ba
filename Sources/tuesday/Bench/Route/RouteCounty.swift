import Domain

/// An invented county in memory, built like ``ScaledCounty``, for measuring decisions alone.
enum RouteCounty {
    static let serviceCount = 64
    private static let skillCount: Int32 = 44
    private static let villagesPerTown: Int32 = 17

    static func register(cadres cadreCount: Int, villages villageCount: Int, at now: Instant) -> Register {
        let (cadreCount, villageCount) = (Int32(cadreCount), Int32(villageCount))
        let townCount = max(1, villageCount / villagesPerTown)
        let county = County(
            id: County.ID(1), code: "bench", name: "测算县", registerVersion: 1, utcOffsetMinutes: 480)
        var coverage: [Coverage] = []
        var certificates: [Certificate] = []
        let countyCadres = max(1, cadreCount / 7)
        for number in 0..<cadreCount {
            let cadre = Cadre.ID(number + 1)
            // Within its town or the county, each cadre's skills follow on those of the one before.
            let turn: Int32
            if number < countyCadres {
                turn = number / 3
                for village in stride(from: number, to: villageCount, by: Int(countyCadres)) {
                    coverage.append(Coverage(cadre: cadre, role: .assigned, area: .village(Village.ID(village + 1))))
                }
                if number % 3 == 0 { coverage.append(Coverage(cadre: cadre, role: .countyPool, area: .countyPool)) }
            } else {
                turn = (number - countyCadres) / townCount
                let town = Town.ID((number - countyCadres) % townCount + 1)
                coverage.append(Coverage(cadre: cadre, role: .town, area: .town(town)))
            }
            for held in 0..<Int32(5) {
                certificates.append(
                    Certificate(
                        cadre: cadre, skill: Skill.ID((turn * 5 + held) % skillCount + 1),
                        level: Int16(3 + (number + held) % 3), issuedAt: now.adding(seconds: -1_000_000),
                        expiresAt: now.adding(seconds: 100_000_000), revokedAt: nil))
            }
        }
        return Register(
            county: county,
            towns: (1...townCount).map { Town(id: Town.ID($0), code: "T\($0)", name: "镇\($0)", lead: nil) },
            villages: (1...villageCount).map {
                Village(id: Village.ID($0), town: Town.ID(($0 - 1) % townCount + 1), code: "V\($0)", name: "村\($0)")
            },
            skills: (1...skillCount).map {
                Skill(id: Skill.ID($0), code: "S\($0)", name: "技能\($0)", tier: .residentDemanded)
            },
            services: (1...Int32(serviceCount)).map {
                Service(
                    id: Service.ID($0), code: "F\($0)", name: "事项\($0)", skill: Skill.ID(($0 - 1) % skillCount + 1),
                    level: Int16(1 + $0 % 3), acknowledgeMinutes: 240, resolveMinutes: 2_100, priority: 3)
            },
            cadres: (1...cadreCount).map {
                Cadre(id: Cadre.ID($0), code: "C\($0)", name: "干部\($0)", capacity: 1_000_000, isActive: true)
            },
            coverage: coverage, certificates: certificates, leaves: [],
            calendar: WorkingCalendar(version: 1, utcOffsetMinutes: 480))
    }
}
