import Domain
import Testing

struct WaitingTests {
    /// One way for a cadre to fail, and the reason when it is the furthest anyone got.
    enum Failure: CaseIterable {
        case inactive, noCertificate, otherSkill, levelTooLow, expired, revoked, notBegun, declined, onLeave, full

        var reason: WaitingReason {
            switch self {
            case .inactive, .noCertificate, .otherSkill, .levelTooLow: .nobodyCertified
            case .expired, .revoked, .notBegun: .certificateNotValid
            case .declined: .everyoneDeclined
            case .onLeave: .everyoneOnLeave
            case .full: .everyoneAtCapacity
            }
        }

        static let order: [WaitingReason] = [
            .nobodyCertified, .certificateNotValid, .everyoneDeclined, .everyoneOnLeave, .everyoneAtCapacity,
        ]

        func add(_ id: Int32, on rung: Rung, to county: inout SmallCounty) {
            switch self {
            case .inactive: county.add(id, on: rung, isActive: false)
            case .noCertificate: county.add(id, on: rung, level: nil)
            case .otherSkill: county.add(id, on: rung, skill: 2)
            case .levelTooLow: county.add(id, on: rung, level: 1)
            case .expired: county.add(id, on: rung, until: 0)
            case .revoked: county.add(id, on: rung, revoked: 0)
            case .notBegun: county.add(id, on: rung, from: 1)
            case .declined: county.add(id, on: rung, leaveUntil: 999)
            case .onLeave: county.add(id, on: rung, capacity: 0, leaveUntil: 999_999)
            case .full: county.add(id, on: rung, capacity: 0)
            }
        }

        func excludes(_ id: Int32) -> [Int32] { self == .declined ? [id] : [] }
    }

    @Test(arguments: Failure.allCases, Failure.allCases)
    func `the reason is the furthest stage anyone reached on any rung`(near: Failure, far: Failure) {
        var county = SmallCounty()
        near.add(1, on: .village, to: &county)
        far.add(2, on: .countyPool, to: &county)
        let expected = Failure.order.last { $0 == near.reason || $0 == far.reason }
        #expect(county.decide(excluded: near.excludes(1) + far.excludes(2)).wait?.reason == expected)
    }

    @Test(arguments: Failure.allCases)
    func `one who fails does not stop another who can`(failure: Failure) {
        var county = SmallCounty()
        failure.add(1, on: .village, to: &county)
        county.add(2, on: .countyPool)
        #expect(county.decide(excluded: failure.excludes(1)).assignment?.cadre == Cadre.ID(2))
    }

    @Test func `an empty county waits because nobody is certified`() {
        #expect(SmallCounty().decide().wait?.reason == .nobodyCertified)
    }

    @Test(arguments: [
        (0, 60), (1, 120), (2, 240), (5, 1_920), (6, 3_600), (40, 3_600), (-3, 60), (2_147_483_647, 3_600),
    ])
    func `back-off doubles with every wait up to an hour`(attempts: Int32, seconds: Int64) {
        let wait = SmallCounty().decide(attempts: attempts).wait
        #expect(wait?.retryAt == SmallCounty.now.adding(seconds: seconds))
    }

    @Test(arguments: [(600, 600), (60, 60), (5, 60), (9_999, 3_600)])
    func `a leave that ends earlier than the back-off brings the retry forward, never below the minimum`(
        ends: Int64, retry: Int64
    ) {
        var county = SmallCounty()
        county.add(1, leaveUntil: ends)
        #expect(county.decide(attempts: 9).wait?.retryAt == SmallCounty.now.adding(seconds: retry))
    }

    @Test func `a certificate that begins brings the retry forward`() {
        var county = SmallCounty()
        county.add(1, level: nil)
        county.certificates.append(
            Certificate(
                cadre: Cadre.ID(1), skill: Skill.ID(1), level: 2, issuedAt: SmallCounty.now.adding(seconds: 300),
                expiresAt: SmallCounty.days(9), revokedAt: nil))
        let wait = county.decide(attempts: 9).wait
        #expect(wait?.reason == .certificateNotValid)
        #expect(wait?.retryAt == SmallCounty.now.adding(seconds: 300))
    }

    @Test func `a session that opens brings the retry forward`() {
        var county = SmallCounty()
        let calendar = county.register.calendar
        let today = calendar.localDay(of: SmallCounty.now)
        let midnight = calendar.instant(ofDay: today, minute: 0)
        let minute = Int32((SmallCounty.now.seconds - midnight.seconds) / 60) + 20
        county.sessions = [.init(day: today, opensMinute: minute, closesMinute: minute + 60)]
        #expect(county.decide(attempts: 9).wait?.retryAt == calendar.instant(ofDay: today, minute: minute))
    }

    @Test func `sixteen cadres at capacity are kept by name, the rest by number, each once`() {
        var county = SmallCounty()
        for id in 1...15 { county.add(Int32(id), capacity: 0) }
        for id in 16...20 { county.add(Int32(id), on: .town, capacity: 0) }
        // Two of the named and two of the others are on a second rung.
        for id in [1, 16, 18, 19] { county.cover(Int32(id), .countyPool) }
        let wait = county.decide().wait
        #expect(wait?.atCapacity == (1...16).map { Cadre.ID($0) })
        #expect(wait?.atCapacityLeftOut == 4)
        county.add(21, on: .countyPool)
        let assignment = county.decide().assignment
        #expect(assignment?.atCapacity.count == 16 && assignment?.atCapacityLeftOut == 4)
    }

    @Test func `what would change only for someone excluded does not wake the request`() {
        var county = SmallCounty()
        county.add(1, leaveUntil: 120)
        #expect(county.decide(excluded: [1], attempts: 9).wait?.retryAt == SmallCounty.now.adding(seconds: 3_600))
    }
}
