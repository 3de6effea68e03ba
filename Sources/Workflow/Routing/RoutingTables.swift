import Domain
import Synchronization

/// The routing tables of all counties, shared by the lanes of a process.
final class RoutingTables: Sendable {
    private let tables = Mutex<[County.ID: RoutingTable]>([:])

    /// Makes a new table for every county whose register is another version than before.
    func use(_ snapshot: RegisterCache.Snapshot) {
        tables.withLock { tables in
            for (county, register) in snapshot.registers where tables[county]?.register.version != register.version {
                tables[county] = RoutingTable(register: register)
            }
        }
    }

    /// Everyone whose load the decisions about these requests may need, ascending.
    func candidates(_ cases: [RoutingCase]) -> [Cadre.ID] {
        tables.withLock { tables in
            var candidates = CandidateUnion()
            for index in cases.indices {
                let place = cases[index].status.place
                tables[place.county]?.addCandidates(village: place.village, service: place.service, to: &candidates)
            }
            return candidates.cadres.sorted()
        }
    }

    /// Decides one after the other, the most urgent first, each seeing the loads the earlier ones left.
    func decide(_ cases: [RoutingCase], loads: CadreLoads, at now: Instant) -> [Placement] {
        var loads = loads
        var promises = Promises(now)
        let order = cases.indices.sorted { first, second in
            (cases[first].priority, cases[first].status.acceptedAt, cases[first].status.id)
                < (cases[second].priority, cases[second].status.acceptedAt, cases[second].status.id)
        }
        return tables.withLock { tables in
            order.compactMap { index in
                let subject = cases[index]
                let status = subject.status
                guard let county = tables.index(forKey: status.place.county) else { return nil }
                let register = tables.values[county].register
                let policy = tables.values[county].policy.version
                let decision = tables.values[county].decide(
                    RoutableRequest(
                        id: status.id, village: status.place.village, service: status.place.service,
                        excluded: subject.excluded, attempts: subject.attempts),
                    loads: loads, at: now)
                var placement = Placement(
                    subject: subject, decision: decision, registerVersion: register.version, policyVersion: policy)
                switch decision {
                case .assign(let assignment):
                    loads.add(1, to: assignment.cadre)
                    let transition = assigned(status, cadre: assignment.cadre, at: now)
                    placement.transition = transition
                    placement.promise = promises.acknowledging(transition.status, register)
                case .wait(let wait):
                    placement.transition = waits(status, reason: wait.reason, at: now)
                }
                return placement
            }
        }
    }
}

/// Promises to acknowledge that begin at one instant: those about one service differ in the request alone.
private struct Promises {
    private let now: Instant
    private var byService: [Service.ID: Deadline] = [:]

    init(_ now: Instant) {
        self.now = now
    }

    /// Nil when the register does not know the service, whom nobody is certified for then.
    mutating func acknowledging(_ status: RequestStatus, _ register: Register) -> Deadline? {
        guard var promise = byService[status.place.service] ?? register.services[status.place.service].map({
            acknowledgeDeadline(
                request: status.id, assignment: status.assignment, assignedAt: now, service: $0,
                calendar: register.calendar)
        }) else { return nil }
        byService[status.place.service] = promise
        promise.request = status.id
        promise.epoch = status.assignment
        return promise
    }
}
