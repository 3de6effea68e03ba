/// Routes requests of one county by one version of its register.
///
/// The ladder is village, town, county pool. On a rung remain the cadres who are active, hold a certificate of the
/// service's skill at its level or above that is valid now, are not excluded, not on leave and below capacity. The
/// first rung with anyone left wins. Among those left only the highest certificate level counts, then the least
/// relative load, then a lot drawn from the ids of request and cadre: never the order of a list.
///
/// Lists of candidates are computed when first needed, for (village, service), (town, service) and the pool of a
/// service, and kept: a decision then costs microseconds. Deciding is a pure function of register, policy and
/// arguments; the lists only make it fast.
public struct RoutingTable: Sendable {
    public let register: Register
    public let policy: RoutingPolicy
    private var villageLists: [UInt64: CandidateList] = [:]
    private var townLists: [UInt64: CandidateList] = [:]
    private var poolLists: [Service.ID: CandidateList] = [:]

    public init(register: Register, policy: RoutingPolicy = .current) {
        self.register = register
        self.policy = policy
    }

    /// Adds everyone who could serve the service in the village on any rung, whatever the time: those whose loads a
    /// decision may read.
    public mutating func addCandidates(village: Village.ID, service: Service.ID, to candidates: inout CandidateUnion) {
        for rung in Rung.allCases { candidates.add(candidateList(rung, village: village, service: service)) }
    }

    /// Decides who takes the request, or why nobody can.
    ///
    /// The reason for waiting is the furthest stage anyone reached on any rung: ``WaitingReason/nobodyCertified``,
    /// ``WaitingReason/certificateNotValid``, ``WaitingReason/everyoneDeclined``,
    /// ``WaitingReason/everyoneOnLeave``, ``WaitingReason/everyoneAtCapacity``, in this order. It is retried after
    /// the back-off, or when a certificate begins, a leave ends or a session opens if that is earlier, but never
    /// before the least back-off.
    ///
    /// A cadre on two rungs is judged alike on both, so counts on the nearer one. An unknown village is served by
    /// the county pool alone, an unknown service by nobody.
    public mutating func decide(_ request: RoutableRequest, loads: CadreLoads, at now: Instant) -> RoutingDecision {
        var search = RungSearch(request: request, now: now)
        for rung in Rung.allCases {
            let list = candidateList(rung, village: request.village, service: request.service)
            let finalists = search.finalists(among: list, loads: loads)
            guard let winner = finalists.first else { continue }
            return .assign(
                RoutedAssignment(
                    cadre: winner.cadre, rung: rung, finalists: finalists, atCapacity: search.atCapacity,
                    atCapacityLeftOut: search.atCapacityLeftOut))
        }
        return .wait(
            RoutedWait(
                reason: search.furthest.reason, retryAt: retryAt(request, after: search, now: now),
                atCapacity: search.atCapacity, atCapacityLeftOut: search.atCapacityLeftOut))
    }

    private func retryAt(_ request: RoutableRequest, after search: RungSearch, now: Instant) -> Instant {
        var retryAt = now.adding(seconds: policy.backOffSeconds(attempts: request.attempts))
        if let change = search.nextChange { retryAt = min(retryAt, change) }
        if let session = register.calendar.nextSession(after: now) { retryAt = min(retryAt, session) }
        return max(retryAt, now.adding(seconds: policy.retrySeconds.lowerBound))
    }

    private mutating func candidateList(_ rung: Rung, village: Village.ID, service: Service.ID) -> CandidateList {
        switch rung {
        case .village:
            let key = Self.key(village.rawValue, service)
            if let list = villageLists[key] { return list }
            let list = makeList(register.cadresOfVillage[village] ?? [], service)
            villageLists[key] = list
            return list
        case .town:
            guard let town = register.villages[village]?.town else { return .empty }
            let key = Self.key(town.rawValue, service)
            if let list = townLists[key] { return list }
            let list = makeList(register.cadresOfTown[town] ?? [], service)
            townLists[key] = list
            return list
        case .countyPool:
            if let list = poolLists[service] { return list }
            let list = makeList(register.countyPool, service)
            poolLists[service] = list
            return list
        }
    }

    private func makeList(_ cadres: [Cadre.ID], _ service: Service.ID) -> CandidateList {
        guard let service = register.services[service] else { return .empty }
        return CandidateList(of: cadres, for: service, in: register)
    }

    private static func key(_ area: Int32, _ service: Service.ID) -> UInt64 {
        UInt64(UInt32(bitPattern: area)) << 32 | UInt64(UInt32(bitPattern: service.rawValue))
    }
}
