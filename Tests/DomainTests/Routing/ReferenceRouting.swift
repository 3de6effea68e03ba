import Domain

/// The rule once more, written as plainly as it is said, to hold the fast one against.
struct ReferenceRouting {
    let county: RandomCounty
    let now = RandomCounty.now

    private var register: Register { county.register }
    private var request: RoutableRequest { county.request }

    func decide() -> (winner: Cadre.ID?, rung: Rung?, reason: WaitingReason?) {
        let town = register.villages[request.village]?.town
        let rungs: [(Rung, [Cadre.ID])] = [
            (.village, register.cadresOfVillage[request.village] ?? []),
            (.town, town.flatMap { register.cadresOfTown[$0] } ?? []),
            (.countyPool, register.countyPool),
        ]
        for (rung, cadres) in rungs {
            let left = cadres.filter { stage(of: $0) == nil }
            guard let best = left.compactMap(level).max() else { continue }
            let able = left.filter { level(of: $0) == best }
            let least = able.map(load).min()
            let equals = able.filter { load(of: $0) == least }
            return (lot(among: equals), rung, nil)
        }
        let order: [WaitingReason] = [
            .nobodyCertified, .certificateNotValid, .everyoneDeclined, .everyoneOnLeave, .everyoneAtCapacity,
        ]
        let stages = rungs.flatMap(\.1).compactMap(stage)
        return (nil, nil, order.last { stages.contains($0) } ?? .nobodyCertified)
    }

    /// Where a cadre fails; nil for one who is left.
    private func stage(of id: Cadre.ID) -> WaitingReason? {
        guard let cadre = register.cadres[id], let service = register.services[request.service] else {
            return .nobodyCertified
        }
        let certificates = register.certificates[id] ?? []
        let isCertified = certificates.contains { $0.skill == service.skill && $0.level >= service.level }
        guard cadre.isActive, isCertified else { return .nobodyCertified }
        if level(of: id) == nil { return .certificateNotValid }
        if request.excluded.contains(id) { return .everyoneDeclined }
        if (register.leaves[id] ?? []).contains(where: { $0.covers(now) }) { return .everyoneOnLeave }
        return county.open[id, default: 0] < cadre.capacity ? nil : .everyoneAtCapacity
    }

    private func level(of id: Cadre.ID) -> Int16? {
        guard let service = register.services[request.service] else { return nil }
        return (register.certificates[id] ?? [])
            .filter { $0.skill == service.skill && $0.level >= service.level && $0.isValid(at: now) }
            .map(\.level).max()
    }

    private func load(of id: Cadre.ID) -> Int32 {
        county.open[id, default: 0] * 1_000 / (register.cadres[id]?.capacity ?? 1)
    }

    /// The lot is whatever the table draws when the equals are alone: it is no business of this reference.
    private func lot(among equals: [Cadre.ID]) -> Cadre.ID? {
        var alone = RoutingTable(
            register: Register(
                county: register.county, towns: Array(register.towns.values), villages: Array(register.villages.values),
                skills: Array(register.skills.values), services: Array(register.services.values),
                cadres: equals.compactMap { register.cadres[$0] },
                coverage: equals.map { Coverage(cadre: $0, role: .countyPool, area: .countyPool) },
                certificates: equals.flatMap { register.certificates[$0] ?? [] }, leaves: [],
                calendar: register.calendar))
        return alone.decide(request, loads: CadreLoads(open: county.open), at: now).assignment?.cadre
    }
}
