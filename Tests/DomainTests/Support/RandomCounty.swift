import Domain

/// A register, a request and loads made up by dice: small, crowded and full of edges.
struct RandomCounty {
    static let now = SmallCounty.now
    let register: Register
    let request: RoutableRequest
    let open: [Cadre.ID: Int32]

    init(seed: Int) {
        var dice = Dice(seed: seed)
        let crowd = dice.pick([3, 8, 25, 60])
        let kindness = dice.pick([15, 50, 85])
        var cadres: [Cadre] = []
        var coverage: [Coverage] = []
        var certificates: [Certificate] = []
        var leaves: [Leave] = []
        var open: [Cadre.ID: Int32] = [:]
        var excluded: Set<Cadre.ID> = []
        for number in 1...Int32(crowd) {
            let id = Cadre.ID(number)
            let capacity: Int32 = dice.pick([0, 1, 2, 4, 10])
            cadres.append(
                Cadre(id: id, code: "c\(id)", name: "", capacity: capacity, isActive: dice.hits(90)))
            open[id] = dice.hits(kindness) ? dice.roll(0...max(0, capacity - 1)) : capacity
            if dice.hits(100 - kindness) { excluded.insert(id) }
            for _ in 0..<dice.roll(1...2) { coverage.append(Self.coverage(of: id, &dice)) }
            for _ in 0..<dice.roll(0...3) { certificates.append(Self.certificate(of: id, kindness, &dice)) }
            if !dice.hits(kindness) {
                leaves.append(
                    Leave(cadre: id, beginsAt: Self.around(&dice, -9, 1), endsAt: Self.around(&dice, 0, 9)))
            }
        }
        register = Register(
            county: County(id: County.ID(1), code: "q", name: "", registerVersion: 1, utcOffsetMinutes: 480),
            towns: [1, 2].map { Town(id: Town.ID($0), code: "t\($0)", name: "", lead: nil) },
            villages: [1, 2, 3].map {
                Village(id: Village.ID($0), town: Town.ID(($0 + 1) / 2), code: "v\($0)", name: "")
            },
            skills: [1, 2].map { Skill(id: Skill.ID($0), code: "s\($0)", name: "", tier: .job) },
            services: [1, 2, 3].map {
                Service(
                    id: Service.ID($0), code: "s\($0)", name: "", skill: Skill.ID(($0 + 1) / 2), level: Int16($0),
                    acknowledgeMinutes: 60, resolveMinutes: 600, priority: 3)
            },
            cadres: cadres, coverage: coverage, certificates: certificates, leaves: leaves,
            calendar: SmallCounty.calendar)
        request = RoutableRequest(
            id: RequestID(acceptedAt: Self.now, random: UInt128(dice.next())), village: Village.ID(dice.roll(1...3)),
            service: Service.ID(dice.roll(1...3)), excluded: excluded, attempts: dice.roll(0...9))
        self.open = open
    }

    /// An instant some days from now, often exactly on the edge.
    private static func around(_ dice: inout Dice, _ low: Int64, _ high: Int64) -> Instant {
        SmallCounty.days(dice.roll(low...high))
    }

    private static func coverage(of cadre: Cadre.ID, _ dice: inout Dice) -> Coverage {
        switch dice.roll(1...3) {
        case 1: Coverage(cadre: cadre, role: .assigned, area: .village(Village.ID(dice.roll(1...3))))
        case 2: Coverage(cadre: cadre, role: .town, area: .town(Town.ID(dice.roll(1...2))))
        default: Coverage(cadre: cadre, role: .countyPool, area: .countyPool)
        }
    }

    private static func certificate(of cadre: Cadre.ID, _ kindness: Int, _ dice: inout Dice) -> Certificate {
        let isGood = dice.hits(kindness)
        return Certificate(
            cadre: cadre, skill: Skill.ID(dice.roll(1...2)), level: dice.roll(1...5),
            issuedAt: around(&dice, -9, isGood ? 0 : 2), expiresAt: around(&dice, isGood ? 1 : -2, 9),
            revokedAt: isGood || dice.hits(50) ? nil : around(&dice, -2, 2))
    }
}
