/// Explains a decision afterwards, from the register it used and the loads it kept.
///
/// A decision keeps a bounded number of loads. Where more were in play the explanation stays true but coarser: a
/// ninth-best finalist is `moreLoaded` without a score, and beyond sixteen cadres at capacity one of a lower level
/// may be called `lessQualified`.
///
/// A request that waits is explained by the register alone: whoever passed every other rule was at capacity.
///
/// - Parameters:
///   - register: at the version of the decision.
///   - policyVersion: the decision's.
///   - at: when it was decided.
public func explainRouting(
    _ request: RoutableRequest, register: Register, evidence: RoutingEvidence,
    policyVersion: Int32 = RoutingPolicy.current.version, at now: Instant
) -> RoutingExplanation {
    let ranked = evidence.finalists.map { RankedFinalist($0, for: request.id) }.sorted()
    let judge = RoutingJudge(request: request, register: register, evidence: evidence, ranked: ranked, now: now)
    let covering = judge.covering()
    let winner = ranked.first?.finalist.cadre
    let rung = covering.first { $0.cadre == winner }?.rung
    return RoutingExplanation(
        policyVersion: policyVersion, registerVersion: register.version, at: now, winner: winner, rung: rung,
        candidates: covering.map { judge.candidate($0.cadre, on: $0.rung, winningRung: rung) },
        finalists: ranked.map(\.finalist))
}

private struct RoutingJudge {
    let request: RoutableRequest
    let register: Register
    let evidence: RoutingEvidence
    let ranked: [RankedFinalist]
    let now: Instant
    let service: Service?
    let scores: [Cadre.ID: RankedFinalist]

    init(
        request: RoutableRequest, register: Register, evidence: RoutingEvidence, ranked: [RankedFinalist],
        now: Instant
    ) {
        self.request = request
        self.register = register
        self.evidence = evidence
        self.ranked = ranked
        self.now = now
        service = register.services[request.service]
        scores = Dictionary(ranked.map { ($0.finalist.cadre, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func covering() -> [(cadre: Cadre.ID, rung: Rung)] {
        var seen: Set<Cadre.ID> = []
        let town = register.villages[request.village]?.town
        return Rung.allCases.flatMap { rung -> [(cadre: Cadre.ID, rung: Rung)] in
            let cadres =
                switch rung {
                case .village: register.cadresOfVillage[request.village] ?? []
                case .town: town.flatMap { register.cadresOfTown[$0] } ?? []
                case .countyPool: register.countyPool
                }
            return cadres.filter { seen.insert($0).inserted }.map { ($0, rung) }
        }
    }

    func candidate(_ cadre: Cadre.ID, on rung: Rung, winningRung: Rung?) -> RoutingExplanation.Candidate {
        let level = validLevel(of: cadre)
        return RoutingExplanation.Candidate(
            cadre: cadre, rung: rung, level: level, score: scores[cadre]?.finalist,
            removedBy: removal(of: cadre, level: level, on: rung, winningRung: winningRung))
    }

    private func removal(of cadre: Cadre.ID, level: Int16?, on rung: Rung, winningRung: Rung?) -> RemovalRule? {
        guard register.cadres[cadre]?.isActive == true else { return .notActive }
        guard let level else { return uncertified(cadre) }
        if request.excluded.contains(cadre) { return .excluded }
        if (register.leaves[cadre] ?? []).contains(where: { $0.covers(now) }) { return .onLeave }
        guard let winningRung else { return .atCapacity }
        if rung.rawValue > winningRung.rawValue { return .higherRungNotNeeded }
        if evidence.atCapacity.contains(cadre) || rung.rawValue < winningRung.rawValue { return .atCapacity }
        if let score = scores[cadre] { return lost(score) }
        if level < ranked[0].finalist.level { return .lessQualified }
        // Every finalist is kept when there are fewer than the limit: whoever is missing then was full.
        return ranked.count < RoutedAssignment.finalistLimit ? .atCapacity : .moreLoaded
    }

    private func lost(_ score: RankedFinalist) -> RemovalRule? {
        if score == ranked[0] { return nil }
        return score.permille > ranked[0].permille ? .moreLoaded : .tieBreak
    }

    private func certificates(of cadre: Cadre.ID) -> [Certificate] {
        (register.certificates[cadre] ?? []).filter { $0.skill == service?.skill }
    }

    private func validLevel(of cadre: Cadre.ID) -> Int16? {
        guard let service else { return nil }
        let valid = certificates(of: cadre).filter { $0.level >= service.level && $0.isValid(at: now) }
        return valid.map(\.level).max()
    }

    private func uncertified(_ cadre: Cadre.ID) -> RemovalRule {
        let all = certificates(of: cadre)
        guard let service, let best = all.map(\.level).max() else { return .noCertificate }
        let enough = all.filter { $0.level >= service.level }
        if enough.isEmpty { return .levelTooLow(best: best) }
        let invalidities = enough.map(invalidity)
        if invalidities.contains(.notBegun) { return .certificateNotValid(.notBegun) }
        return .certificateNotValid(invalidities.contains(.revoked) ? .revoked : .expired)
    }

    private func invalidity(of certificate: Certificate) -> CertificateInvalidity {
        if let revokedAt = certificate.revokedAt, revokedAt <= now, revokedAt < certificate.expiresAt {
            return .revoked
        }
        return now < certificate.issuedAt ? .notBegun : .expired
    }
}
