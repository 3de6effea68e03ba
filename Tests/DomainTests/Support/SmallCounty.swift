import Domain

/// A county of one town, two villages and one service (skill 1, level 2), to which a test adds cadres.
struct SmallCounty {
    static let now = Instant(seconds: 1_785_200_000)
    static let village = Village.ID(1)
    static let service = Service.ID(1)

    var cadres: [Cadre] = []
    var coverage: [Coverage] = []
    var certificates: [Certificate] = []
    var leaves: [Leave] = []
    var sessions: [WorkingCalendar.Session] = []

    /// Summing a century of days is quick, but not for every decision of every test.
    static let calendar = WorkingCalendar(version: 1, utcOffsetMinutes: 480)

    static func days(_ count: Int64) -> Instant { now.adding(minutes: count * 1_440) }

    /// Adds a cadre on a rung, certified for a year around now unless told otherwise.
    mutating func add(
        _ id: Int32, on rung: Rung = .village, capacity: Int32 = 5, isActive: Bool = true, level: Int16? = 3,
        skill: Int32 = 1, from: Int64 = -100, until: Int64 = 100, revoked: Int64? = nil, leaveUntil: Int64? = nil
    ) {
        let cadre = Cadre.ID(id)
        cadres.append(Cadre(id: cadre, code: "c\(id)", name: "c\(id)", capacity: capacity, isActive: isActive))
        cover(id, rung)
        if let level {
            certificates.append(
                Certificate(
                    cadre: cadre, skill: Skill.ID(skill), level: level, issuedAt: Self.days(from),
                    expiresAt: Self.days(until), revokedAt: revoked.map(Self.days)))
        }
        if let leaveUntil {
            leaves.append(Leave(cadre: cadre, beginsAt: Self.days(-1), endsAt: Self.now.adding(seconds: leaveUntil)))
        }
    }

    mutating func cover(_ id: Int32, _ rung: Rung) {
        let cadre = Cadre.ID(id)
        switch rung {
        case .village: coverage.append(Coverage(cadre: cadre, role: .resident, area: .village(Self.village)))
        case .town: coverage.append(Coverage(cadre: cadre, role: .town, area: .town(Town.ID(1))))
        case .countyPool: coverage.append(Coverage(cadre: cadre, role: .countyPool, area: .countyPool))
        }
    }

    static func service(acknowledge: Int32 = 120, resolve: Int32 = 2_100) -> Service {
        Service(
            id: service, code: "tea", name: "Tea", skill: Skill.ID(1), level: 2, acknowledgeMinutes: acknowledge,
            resolveMinutes: resolve, priority: 3)
    }

    var register: Register {
        Register(
            county: County(id: County.ID(1), code: "q", name: "Q", registerVersion: 7, utcOffsetMinutes: 480),
            towns: [Town(id: Town.ID(1), code: "t", name: "T", lead: nil)],
            villages: [1, 2].map { Village(id: Village.ID($0), town: Town.ID(1), code: "v\($0)", name: "V") },
            skills: [1, 2].map { Skill(id: Skill.ID($0), code: "s\($0)", name: "S", tier: .job) },
            services: [Self.service()], cadres: cadres, coverage: coverage, certificates: certificates,
            leaves: leaves,
            calendar: sessions.isEmpty
                ? Self.calendar : WorkingCalendar(version: 1, utcOffsetMinutes: 480, sessions: sessions))
    }

    func decide(
        open: [Int32: Int32] = [:], excluded: [Int32] = [], attempts: Int32 = 0, id: UInt128 = 1,
        village: Village.ID = village, service: Service.ID = service
    ) -> RoutingDecision {
        var table = RoutingTable(register: register)
        let loads = CadreLoads(open: Dictionary(uniqueKeysWithValues: open.map { (Cadre.ID($0), $1) }))
        let request = RoutableRequest(
            id: RequestID(id), village: village, service: service, excluded: Set(excluded.map { Cadre.ID($0) }),
            attempts: attempts)
        return table.decide(request, loads: loads, at: Self.now)
    }
}

extension RoutingDecision {
    var assignment: RoutedAssignment? {
        if case .assign(let assignment) = self { assignment } else { nil }
    }

    var wait: RoutedWait? {
        if case .wait(let wait) = self { wait } else { nil }
    }
}
