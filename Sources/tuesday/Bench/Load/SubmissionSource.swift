import Contracts
import Domain

/// What a measurement submits: any number of submissions, spread over every village and service for which some cadre
/// is certified now.
///
/// The demonstration county has services that nobody in most towns is certified for, on purpose. Their requests wait,
/// and would be measured as if they had been served; so they are not submitted here.
struct SubmissionSource: Sendable {
    /// Villages by code, each with the codes of the services somebody serves there.
    let places: [(village: String, services: [String])]
    /// Of all pairs of a village and a service, those that are submitted.
    let servedShare: Double

    init(_ register: Register, at now: Instant) throws {
        var table = RoutingTable(register: register)
        let services = register.services.values.sorted { $0.code < $1.code }
        let byTown = Dictionary(grouping: register.villages.values, by: \.town)
        var places: [(village: String, services: [String])] = []
        for town in byTown.keys.sorted() {
            let villages = (byTown[town] ?? []).sorted { $0.code < $1.code }
            // Whom the town or the county's pool serves is served in each of its villages.
            var common: Set<String> = []
            for service in services {
                if case .assign(let made) = Self.decide(&table, villages[0], service, now), made.rung != .village {
                    common.insert(service.code)
                }
            }
            let shared = services.map(\.code).filter(common.contains)
            for village in villages {
                let own = services.filter { service in
                    guard !common.contains(service.code) else { return false }
                    if case .assign = Self.decide(&table, village, service, now) { return true }
                    return false
                }
                let codes = own.isEmpty ? shared : (shared + own.map(\.code)).sorted()
                if !codes.isEmpty { places.append((village.code, codes)) }
            }
        }
        guard !places.isEmpty else { throw CommandFailure("nobody is certified for anything, so nothing can be submitted") }
        self.places = places
        servedShare =
            Double(places.reduce(0) { $0 + $1.services.count }) / Double(register.villages.count * services.count)
    }

    private static func decide(
        _ table: inout RoutingTable, _ village: Village, _ service: Service, _ now: Instant
    ) -> RoutingDecision {
        table.decide(
            RoutableRequest(id: RequestID(0), village: village.id, service: service.id), loads: CadreLoads(), at: now)
    }

    /// The same for the same number and label.
    func submission(_ number: Int, label: String, channel: String = "bench") -> Submission {
        let place = places[number &* 7_919 % places.count]
        return Submission(
            channel: channel, sourceID: "\(label)-\(number)", village: place.village,
            service: place.services[number &* 104_729 % place.services.count], subject: "路灯不亮 Street light out",
            description: "村口的路灯已经三天不亮，晚上老人出行不便，请派人来看一下。编号 \(number)。",
            name: "居民\(number % 1_000)", phone: "000-0000-\(1_000 + number % 9_000)")
    }
}
