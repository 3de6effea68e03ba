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
            struct Asked: Hashable {
                var village: Village.ID
                var service: Service.ID
            }
            var asked: Set<Asked> = []
            var cadres: Set<Cadre.ID> = []
            for subject in cases {
                let place = subject.status.place
                guard asked.insert(Asked(village: place.village, service: place.service)).inserted else { continue }
                cadres.formUnion(
                    tables[place.county]?.candidates(village: place.village, service: place.service) ?? [])
            }
            return cadres.sorted()
        }
    }

    /// Decides one after the other, the most urgent first, each seeing the loads the earlier ones left.
    func decide(_ cases: [RoutingCase], loads: CadreLoads, at now: Instant) -> [Placement] {
        var loads = loads
        let ordered = cases.sorted {
            ($0.priority, $0.status.acceptedAt, $0.status.id) < ($1.priority, $1.status.acceptedAt, $1.status.id)
        }
        return tables.withLock { tables in
            ordered.compactMap { subject in
                let status = subject.status
                guard let version = tables[status.place.county]?.register.version,
                    let policy = tables[status.place.county]?.policy.version,
                    let decision = tables[status.place.county]?.decide(
                        RoutableRequest(
                            id: status.id, village: status.place.village, service: status.place.service,
                            excluded: subject.excluded, attempts: subject.attempts),
                        loads: loads, at: now)
                else { return nil }
                let transition: Transition?
                switch decision {
                case .assign(let assignment):
                    loads.add(1, to: assignment.cadre)
                    transition = assigned(status, cadre: assignment.cadre, at: now)
                case .wait(let wait):
                    transition = waits(status, reason: wait.reason, at: now)
                }
                return Placement(
                    subject: subject, decision: decision, transition: transition, registerVersion: version,
                    policyVersion: policy)
            }
        }
    }
}
