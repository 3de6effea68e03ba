/// Climbs the ladder for one request: who is left on a rung, and how far those who are not got.
struct RungSearch {
    /// How far the furthest candidate got. The order of the tests is the order of the cases: certified at all,
    /// certificate valid now, not excluded, not on leave, below capacity.
    enum Stage: Int, Comparable {
        case notCertified, certificateNotValid, excluded, onLeave, atCapacity

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }

        var reason: WaitingReason {
            switch self {
            case .notCertified: .nobodyCertified
            case .certificateNotValid: .certificateNotValid
            case .excluded: .everyoneDeclined
            case .onLeave: .everyoneOnLeave
            case .atCapacity: .everyoneAtCapacity
            }
        }
    }

    let request: RoutableRequest
    let now: Instant
    private(set) var furthest = Stage.notCertified
    /// The earliest known instant at which somebody refused so far could pass: a certificate begins, a leave ends.
    private(set) var nextChange: Instant?
    private(set) var atCapacity: [Cadre.ID] = []
    /// Those beyond the limit; a set, so that a cadre of two rungs counts once.
    private var leftOut: Set<Cadre.ID> = []
    var atCapacityLeftOut: Int { leftOut.count }

    init(request: RoutableRequest, now: Instant) {
        self.request = request
        self.now = now
    }

    /// The finalists of one rung, best first, or none when nobody is left on it.
    mutating func finalists(among list: CandidateList, loads: CadreLoads) -> [Finalist] {
        var best: [RankedFinalist] = []
        for candidate in list.candidates {
            guard let level = validLevel(of: candidate, in: list) else {
                reach(.certificateNotValid)
                continue
            }
            guard request.excluded.isEmpty || !request.excluded.contains(candidate.cadre) else {
                reach(.excluded)
                continue
            }
            guard !isOnLeave(candidate, in: list) else {
                reach(.onLeave)
                continue
            }
            let open = loads[candidate.cadre]
            guard open < candidate.capacity else {
                reach(.atCapacity)
                noteAtCapacity(candidate.cadre)
                continue
            }
            if let bestLevel = best.first?.finalist.level {
                if level < bestLevel { continue }
                if level > bestLevel { best.removeAll(keepingCapacity: true) }
            }
            let finalist = Finalist(cadre: candidate.cadre, level: level, open: open, capacity: candidate.capacity)
            Self.insert(RankedFinalist(finalist, for: request.id), into: &best)
        }
        return best.map(\.finalist)
    }

    private mutating func validLevel(of candidate: CandidateList.Candidate, in list: CandidateList) -> Int16? {
        var level: Int16?
        var begins: Instant?
        for index in candidate.certificates {
            let validity = list.validities[index]
            if validity.from > now {
                if validity.from < validity.until { begins = min(begins ?? validity.from, validity.from) }
            } else if now < validity.until {
                level = max(level ?? validity.level, validity.level)
            }
        }
        if level == nil, let begins, !request.excluded.contains(candidate.cadre) { noteChange(at: begins) }
        return level
    }

    private mutating func isOnLeave(_ candidate: CandidateList.Candidate, in list: CandidateList) -> Bool {
        var isAway = false
        for index in candidate.leaves where list.leaves[index].covers(now) {
            isAway = true
            noteChange(at: list.leaves[index].endsAt)
        }
        return isAway
    }

    private mutating func reach(_ stage: Stage) {
        furthest = max(furthest, stage)
    }

    private mutating func noteChange(at instant: Instant) {
        nextChange = min(nextChange ?? instant, instant)
    }

    /// A cadre of two rungs is met twice and noted once.
    private mutating func noteAtCapacity(_ cadre: Cadre.ID) {
        guard !atCapacity.contains(cadre) else { return }
        if atCapacity.count < RoutedAssignment.atCapacityLimit {
            atCapacity.append(cadre)
        } else {
            leftOut.insert(cadre)
        }
    }

    /// Keeps `best` sorted and short; most candidates of a long list are dropped by the first comparison.
    private static func insert(_ finalist: RankedFinalist, into best: inout [RankedFinalist]) {
        if best.count == RoutedAssignment.finalistLimit {
            guard finalist < best[best.count - 1] else { return }
            best.removeLast()
        }
        var at = best.count
        while at > 0, finalist < best[at - 1] { at -= 1 }
        best.insert(finalist, at: at)
    }
}
