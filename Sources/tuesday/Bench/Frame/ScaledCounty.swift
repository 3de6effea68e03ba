import Workflow

/// An invented county of any size, for measuring what size costs: villages of about 17 to a town, cadres spread over
/// them, and the demonstration county's skills, services and calendar. The same sizes make the same bytes.
///
/// A seventh of the cadres is assigned to villages in turn (a third of those also serves the whole county), the others
/// serve their town. A cadre is certified in `general` and four skills more, so that a town's cadres together hold
/// nearly all of them; what nobody holds is left to the county's pool.
struct ScaledCounty: Sendable {
    let cadreCount: Int
    let villageCount: Int

    private static let code = DemonstrationCounty.code
    private static let certificatesEach = 5

    private var townCount: Int { max(1, min(villageCount, (villageCount + 8) / 17)) }

    /// A file's text for each kind, in the order in which they must be imported.
    func files() -> [(kind: ImportKind, text: String)] {
        let demonstration = Dictionary(uniqueKeysWithValues: DemonstrationCounty().files().map { ($0.kind, $0.text) })
        let skills = Self.firstCells(demonstration[.skills] ?? "", column: 1)
        return ImportKind.allCases.map { kind in
            switch kind {
            case .villages: (kind, villages())
            case .cadres: (kind, cadres())
            case .certificates: (kind, certificates(of: skills))
            case .skills, .services, .attributes, .calendar: (kind, demonstration[kind] ?? "")
            }
        }
    }

    private static func firstCells(_ text: String, column: Int) -> [String] {
        text.split(separator: "\n").dropFirst().map { String($0.split(separator: ",", omittingEmptySubsequences: false)[column]) }
    }

    private func villages() -> String {
        var text = "county,county_name,town,town_name,village,village_name\n"
        for village in 0..<villageCount {
            let town = village % townCount
            text += "\(Self.code),测算县,T\(town),镇\(town),V\(village),村\(village)\n"
        }
        return text
    }

    private var countyCadreCount: Int { max(1, cadreCount / 7) }

    private func cadres() -> String {
        var text =
            "county,cadre,name,agency,agency_name,agency_town,post,post_name,capacity,assigned_to,town,county_pool,leads_town\n"
        for cadre in 0..<countyCadreCount {
            // With more villages than cadres each has several; with fewer, several share one.
            let villages = stride(from: cadre, to: villageCount, by: countyCadreCount).prefix(50).map { "V\($0)" }
            let assigned = villages.isEmpty ? "V\(cadre % villageCount)" : villages.joined(separator: ";")
            text += "\(Self.code),C\(cadre),干部\(cadre),A,县府,,P,专员,1000,\(assigned),-,\(cadre % 3 == 0 ? "yes" : "no"),\n"
        }
        for cadre in countyCadreCount..<max(countyCadreCount, cadreCount) {
            let town = (cadre - countyCadreCount) % townCount
            let isLead = cadre - countyCadreCount < townCount
            text += "\(Self.code),C\(cadre),干部\(cadre),A\(town),镇府\(town),T\(town),P\(town),干事,1000,-,T\(town),no,"
            text += isLead ? "T\(town)\n" : "\n"
        }
        return text
    }

    private func certificates(of skills: [String]) -> String {
        var text = "county,cadre,skill,level,issued_on,expires_on\n"
        guard let general = skills.first else { return text }
        let others = Array(skills.dropFirst())
        for cadre in 0..<cadreCount {
            let turn = cadre < countyCadreCount ? cadre / 3 : (cadre - countyCadreCount) / townCount
            var held = [general]
            for number in 0..<(Self.certificatesEach - 1) {
                held.append(others[(turn * (Self.certificatesEach - 1) + number) % others.count])
            }
            for (number, skill) in held.enumerated() {
                text += "\(Self.code),C\(cadre),\(skill),\(3 + (cadre + number) % 3),2020-01-01,2040-01-01\n"
            }
        }
        return text
    }
}
