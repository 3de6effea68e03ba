/// The cadres of one area who could ever serve one service: active, and holding some certificate of the skill at the
/// level or above, whenever valid. What changes with time is kept as spans in flat arrays, so that deciding
/// allocates nothing per candidate. A class: looked up several times a request, it is one reference to take.
final class CandidateList: Sendable {
    struct Candidate: Sendable {
        let cadre: Cadre.ID
        let capacity: Int32
        let certificates: Range<Int>
        let leaves: Range<Int>
    }

    /// A certificate's validity, its revocation taken into account.
    struct Validity: Sendable {
        let level: Int16
        let from: Instant
        let until: Instant
    }

    let candidates: [Candidate]
    let validities: [Validity]
    let leaves: [Leave]

    static let empty = CandidateList()

    private init() {
        (candidates, validities, leaves) = ([], [], [])
    }

    init(of cadres: [Cadre.ID], for service: Service, in register: Register) {
        var candidates: [Candidate] = []
        var validities: [Validity] = []
        var leaves: [Leave] = []
        for id in cadres {
            guard let cadre = register.cadres[id], cadre.isActive else { continue }
            let firstCertificate = validities.count
            for certificate in register.certificates[id] ?? []
            where certificate.skill == service.skill && certificate.level >= service.level {
                let until = min(certificate.expiresAt, certificate.revokedAt ?? certificate.expiresAt)
                validities.append(Validity(level: certificate.level, from: certificate.issuedAt, until: until))
            }
            guard validities.count > firstCertificate else { continue }
            let firstLeave = leaves.count
            leaves.append(contentsOf: register.leaves[id] ?? [])
            candidates.append(
                Candidate(
                    cadre: id, capacity: cadre.capacity, certificates: firstCertificate..<validities.count,
                    leaves: firstLeave..<leaves.count))
        }
        (self.candidates, self.validities, self.leaves) = (candidates, validities, leaves)
    }
}

/// Who is on any of many lists: however many requests share a list, it is gone through once.
public struct CandidateUnion {
    private var lists: [ObjectIdentifier: CandidateList] = [:]

    public init() {}

    mutating func add(_ list: CandidateList) {
        lists[ObjectIdentifier(list)] = list
    }

    public var cadres: Set<Cadre.ID> {
        var cadres: Set<Cadre.ID> = []
        for list in lists.values {
            for candidate in list.candidates { cadres.insert(candidate.cadre) }
        }
        return cadres
    }
}
