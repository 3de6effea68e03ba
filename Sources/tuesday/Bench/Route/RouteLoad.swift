import Domain

/// Decisions about many requests one after the other, each seeing the loads that the earlier ones left.
struct RouteLoad {
    /// What one pass measured.
    struct Pass {
        var seconds = 0.0
        var assigned = 0
        /// Finalists that were ranked, over all decisions.
        var finalists = 0
    }

    let register: Register
    let now: Instant
    private var table: RoutingTable
    private var loads = CadreLoads()
    private let villages: [Village.ID]
    private let services: [Service.ID]

    /// The lists of candidates are not made yet: the first pass makes those that it needs.
    init(_ register: Register, at now: Instant) {
        self.register = register
        self.now = now
        table = RoutingTable(register: register)
        villages = register.villages.keys.sorted()
        services = register.services.keys.sorted()
    }

    private func request(_ number: Int) -> RoutableRequest {
        RoutableRequest(
            id: RequestID(acceptedAt: now, random: UInt128(number) &* 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835),
            village: villages[number &* 7_919 % villages.count], service: services[number &* 104_729 % services.count])
    }

    mutating func pass(_ numbers: Range<Int>) -> Pass {
        let requests = numbers.map(request)
        var pass = Pass()
        let began = ContinuousClock.now
        for request in requests {
            guard case .assign(let made) = table.decide(request, loads: loads, at: now) else { continue }
            loads.add(1, to: made.cadre)
            pass.assigned += 1
            pass.finalists += made.finalists.count
        }
        pass.seconds = (ContinuousClock.now - began) / .seconds(1)
        return pass
    }

    /// Holds some decisions against the explanation, which works them out again in another way from the whole register.
    /// - Throws: ``CommandFailure`` for the first that differs.
    mutating func check(_ count: Int) throws {
        for number in 0..<count {
            let request = request(number)
            let decision = table.decide(request, loads: loads, at: now)
            let explanation = explainRouting(request, register: register, evidence: RoutingEvidence(decision), at: now)
            guard case .assign(let made) = decision, explanation.winner == made.cadre, explanation.rung == made.rung,
                explanation.candidates.first(where: { $0.cadre == made.cadre })?.removedBy == nil
            else {
                throw CommandFailure("no result: the decision on request \(number) is not the one its explanation gives")
            }
        }
    }
}
