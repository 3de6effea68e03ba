/// One county's register at one version: everything a decision may look at, as a value.
///
/// Built once per version (``init(county:towns:villages:skills:services:cadres:coverage:certificates:leaves:calendar:)``)
/// and then only read. A decision stores ``version``; the same version can be loaded again years later.
///
/// A class, since it is handed about for every request and holds a dozen tables: a copy would count each of them.
public final class Register: Sendable {
    public let county: County
    public var version: Int64 { county.registerVersion }
    public let towns: [Town.ID: Town]
    public let villages: [Village.ID: Village]
    public let skills: [Skill.ID: Skill]
    public let services: [Service.ID: Service]
    public let cadres: [Cadre.ID: Cadre]
    /// Every certificate of a cadre, valid or not.
    public let certificates: [Cadre.ID: [Certificate]]
    /// A cadre's leaves, past and coming.
    public let leaves: [Cadre.ID: [Leave]]
    /// Cadres (ascending by id, no repeats) who cover a village in a role of the ladder's first rung.
    public let cadresOfVillage: [Village.ID: [Cadre.ID]]
    public let cadresOfTown: [Town.ID: [Cadre.ID]]
    public let countyPool: [Cadre.ID]
    public let villageByCode: [String: Village.ID]
    public let serviceByCode: [String: Service.ID]
    public let calendar: WorkingCalendar

    public init(
        county: County, towns: [Town], villages: [Village], skills: [Skill], services: [Service], cadres: [Cadre],
        coverage: [Coverage], certificates: [Certificate], leaves: [Leave], calendar: WorkingCalendar
    ) {
        self.county = county
        self.towns = Dictionary(uniqueKeysWithValues: towns.map { ($0.id, $0) })
        self.villages = Dictionary(uniqueKeysWithValues: villages.map { ($0.id, $0) })
        self.skills = Dictionary(uniqueKeysWithValues: skills.map { ($0.id, $0) })
        self.services = Dictionary(uniqueKeysWithValues: services.map { ($0.id, $0) })
        self.cadres = Dictionary(uniqueKeysWithValues: cadres.map { ($0.id, $0) })
        self.certificates = Dictionary(grouping: certificates, by: \.cadre)
        self.leaves = Dictionary(grouping: leaves, by: \.cadre)
        self.calendar = calendar
        villageByCode = Dictionary(uniqueKeysWithValues: villages.map { ($0.code, $0.id) })
        serviceByCode = Dictionary(uniqueKeysWithValues: services.map { ($0.code, $0.id) })
        var ofVillage: [Village.ID: Set<Cadre.ID>] = [:]
        var ofTown: [Town.ID: Set<Cadre.ID>] = [:]
        var pool: Set<Cadre.ID> = []
        for entry in coverage {
            switch entry.area {
            case .village(let village): ofVillage[village, default: []].insert(entry.cadre)
            case .town(let town): ofTown[town, default: []].insert(entry.cadre)
            case .countyPool: pool.insert(entry.cadre)
            }
        }
        cadresOfVillage = ofVillage.mapValues { $0.sorted() }
        cadresOfTown = ofTown.mapValues { $0.sorted() }
        countyPool = pool.sorted()
    }
}
