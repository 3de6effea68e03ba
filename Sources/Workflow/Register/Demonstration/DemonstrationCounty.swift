import Domain

/// A county that does not exist, as the files an operator would import: for trying Tuesday out and for tests.
///
/// Openly synthetic: 20 towns, 345 villages with service centres, 182 county cadres assigned to villages, about 1,000 town
/// cadres, 44 skills in four tiers, 64 services, some of which ask for details. The same seed makes the same bytes. Towns
/// differ in size. Every service has somebody certified in every town and in the county pool, except those of
/// ``scarceSkills``, which most towns and the pool lack on purpose. Some certificates are expired, revoked or not begun.
/// Tuesday sessions run from 2016 to 2027; the holidays of 2027 are missing on purpose, as before they are announced.
public struct DemonstrationCounty: Sendable {
    public static let code = "demo"
    /// Only every seventh town has somebody certified in these.
    public static let scarceSkills: Set<String> = ["coldchain", "heritage"]
    public static let firstYear: Int32 = 2016
    public static let lastYear: Int32 = 2027

    private let seed: UInt64

    public init(seed: UInt64 = 20_040_601) {
        self.seed = seed
    }

    /// A file's text for each kind, in the order in which they must be imported.
    public func files() -> [(kind: ImportKind, text: String)] {
        var random = SplitMix(state: seed)
        let places = places(&random)
        let cadres = cadres(places, &random)
        let certificates = certificates(cadres, &random)
        return [
            (.villages, Self.text(.villages, places.map(\.row))),
            (.skills, Self.text(.skills, Self.skills.map { [Self.code] + $0 })),
            (.services, Self.text(.services, Self.services.map(Self.serviceRow))),
            (.attributes, Self.text(.attributes, Self.attributes.map { [Self.code] + $0 })),
            (.cadres, Self.text(.cadres, cadres.map(\.row))),
            (.certificates, Self.text(.certificates, certificates)),
            (.calendar, Self.text(.calendar, Self.calendar())),
        ]
    }
}

/// Steele, Lea and Flood's SplitMix64: small, and the same everywhere.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From 0 up to, not including, `bound`.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

extension DemonstrationCounty {
    private struct Place {
        let town: Int
        let village: String
        let row: [String]
    }

    private struct Person {
        let code: String
        /// Nil for a county cadre.
        let town: Int?
        let isInPool: Bool
        let row: [String]
    }

    private static let skills = DemonstrationWords.skills.split(separator: "\n").map(fields)
    private static let services = DemonstrationWords.services.split(separator: "\n").map(fields)
    private static let attributes = DemonstrationWords.attributes.split(separator: "\n").map(fields)
    private static let towns = pairs(DemonstrationWords.towns)

    private static func fields(_ line: Substring) -> [String] {
        line.split(separator: ",").map(String.init)
    }

    private static func pairs(_ words: String) -> [(name: String, english: String)] {
        words.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { word in
            let parts = word.split(separator: ",")
            return (String(parts[0]), String(parts[1]))
        }
    }

    private static func serviceRow(_ service: [String]) -> [String] {
        [code, service[0], service[1], service[2], service[3], service[9]] + service[4...8]
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func townCode(_ town: Int) -> String { "T" + padded(town + 1, 2) }

    /// Town 0 is the largest; each has at least 9 villages.
    private func places(_ random: inout SplitMix) -> [Place] {
        var sizes = [Int](repeating: 9, count: Self.towns.count)
        for _ in 0..<(345 - 9 * sizes.count) { sizes[min(random.below(20), random.below(20))] += 1 }
        let first = Self.pairs(DemonstrationWords.villageFirst)
        let second = Self.pairs(DemonstrationWords.villageSecond)
        var places: [Place] = []
        for (town, size) in sizes.enumerated() {
            var taken: Set<Int> = []
            while taken.count < size {
                let choice = random.below(first.count * second.count)
                guard taken.insert(choice).inserted else { continue }
                let (one, two) = (first[choice % first.count], second[choice / first.count])
                let code = Self.townCode(town) + "V" + Self.padded(taken.count, 2)
                let townName = Self.towns[town]
                places.append(
                    Place(
                        town: town, village: code,
                        row: [
                            Self.code, "演示县", "Demonstration County", "480", Self.townCode(town), townName.name + "镇",
                            townName.english + " Town", code, one.name + two.name + "村", one.english + two.english + " Village",
                            String(200 + random.below(1_600)), "\(townName.name)镇\(one.name)\(two.name)村服务中心",
                            "0000-6" + Self.padded(places.count, 5),
                        ]))
            }
        }
        return places
    }

    private func cadres(_ places: [Place], _ random: inout SplitMix) -> [Person] {
        var people: [Person] = []
        for index in 0..<182 {
            let villages = stride(from: index, to: places.count, by: 182).map { places[$0].village }
            people.append(person("C" + Self.padded(index + 1, 3), nil, index, villages, "-", index % 3 == 0, &random))
        }
        let residents = places.filter { _ in random.chance(33) }
        let sizes = (0..<Self.towns.count).map { town in 30 + places.count { $0.town == town } * 23 / 20 }
        for (town, size) in sizes.enumerated() {
            let homes = residents.filter { $0.town == town }.map(\.village)
            for index in 0..<size {
                let code = Self.townCode(town) + "C" + Self.padded(index + 1, 2)
                let home = index > 0 && index <= homes.count ? homes[index - 1] : "-"
                people.append(person(code, town, index, [], home, false, &random))
            }
        }
        return people
    }

    private func person(
        _ code: String, _ town: Int?, _ index: Int, _ villages: [String], _ home: String, _ isInPool: Bool,
        _ random: inout SplitMix
    ) -> Person {
        let surname = random.pick(Self.pairs(DemonstrationWords.surnames))
        let given = random.pick(Self.pairs(DemonstrationWords.givenNames))
        let agencies = ["经济发展", "社会事务", "公共服务", "社会稳定", "党建"]
        let inEnglish = ["Economic Development", "Social Affairs", "Public Services", "Social Stability", "Party Branches"]
        let kind = index % agencies.count
        let prefix = town.map(Self.townCode) ?? "C"
        let place = town.map { Self.towns[$0].name + "镇" } ?? "县"
        let placeInEnglish = town.map { Self.towns[$0].english + " Town" } ?? "County"
        let isOnLeave = random.chance(6)
        let month = 1 + random.below(12)
        let day = 1 + random.below(18)
        let date = { (day: Int) in "2026-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }
        return Person(
            code: code, town: town, isInPool: isInPool,
            row: [
                Self.code, code, surname.name + given.name, "\(given.english.capitalizedFirst) \(surname.english)",
                "\(prefix)-A\(kind + 1)", "\(place)\(agencies[kind])办公室", "\(placeInEnglish) \(inEnglish[kind]) Office",
                town.map(Self.townCode) ?? "-", "\(prefix)-P\(kind + 1)", "\(agencies[kind])干事",
                "\(inEnglish[kind]) Officer", "负责\(agencies[kind])工作，联系群众，办理诉求",
                "0000-8" + Self.padded(random.below(100_000), 5), String(6 + random.below(15)), "yes", home,
                villages.isEmpty ? "-" : villages.joined(separator: ";"), town.map(Self.townCode) ?? "-",
                isInPool ? "yes" : "no", town != nil && index == 0 ? Self.townCode(town ?? 0) : "",
                isOnLeave ? "\(date(day))/\(date(day + 9))" : "-",
            ])
    }

    private func certificates(_ cadres: [Person], _ random: inout SplitMix) -> [[String]] {
        var rows: [[String]] = []
        func add(_ cadre: Person, _ skill: String, _ level: Int, _ issued: String, _ expires: String, _ revoked: String) {
            rows.append([Self.code, cadre.code, skill, String(level), issued, expires, revoked])
        }
        let skills = Self.skills.map { $0[0] }
        let usual = skills.filter { !Self.scarceSkills.contains($0) }
        for cadre in cadres {
            if random.chance(85) { add(cadre, "general", 1 + random.below(4), "2015-06-01", "2031-06-01", "-") }
            var chosen: Set<String> = ["general"]
            for _ in 0..<(2 + random.below(4)) {
                // The smaller of two draws: some skills are much more common than others.
                let skill = usual[min(random.below(usual.count), random.below(usual.count))]
                guard chosen.insert(skill).inserted else { continue }
                let year = random.chance(3) ? 2027 : 2019 + random.below(8)
                let issued = "\(year)-\(Self.padded(1 + random.below(12), 2))-01"
                let expires = "\(year + 3 + random.below(3))-01-01"
                add(cadre, skill, 1 + random.below(5), issued, expires, random.chance(3) ? "\(year + 1)-06-01" : "-")
            }
        }
        // Whatever chance left out: one cadre of each town and three of the pool for each skill, for sixteen years.
        let pool = cadres.filter(\.isInPool)
        for town in 0..<Self.towns.count {
            let people = cadres.filter { $0.town == town }
            for (index, skill) in skills.enumerated() where !Self.scarceSkills.contains(skill) || town % 7 == 0 {
                add(people[index % people.count], skill, 3 + random.below(3), "2015-09-01", "2031-09-01", "-")
            }
        }
        for (index, skill) in usual.enumerated() {
            for turn in 0..<3 {
                add(pool[(index + turn * 20) % pool.count], skill, 3 + random.below(3), "2015-09-01", "2031-09-01", "-")
            }
        }
        return rows
    }

    private static func calendar() -> [[String]] {
        var rows: [[String]] = []
        for line in DemonstrationWords.holidays.split(separator: "\n") {
            let words = line.split(separator: " ")
            rows.append([code, "year", String(words[0]), "", "", ""])
            for word in words.dropFirst() {
                let kind = word.last == "w" ? "workday" : "holiday"
                rows.append([code, kind, "\(words[0])-\(word.prefix(2))-\(word.dropFirst(2).prefix(2))", "", "", ""])
            }
        }
        guard let first = CivilDate(year: firstYear, month: 1, day: 1), let last = CivilDate(year: lastYear, month: 12, day: 31)
        else { preconditionFailure("the first and the last day of the demonstration's calendar exist") }
        for day in first.daysSince1970...last.daysSince1970 {
            let date = CivilDate(daysSince1970: day)
            if date.weekday == 2 { rows.append([code, "session", date.description, "", "09:00", "16:00"]) }
        }
        return rows
    }

    private static func text(_ kind: ImportKind, _ rows: [[String]]) -> String {
        var text = kind.columns.map(\.name).joined(separator: ",") + "\n"
        for row in rows {
            precondition(row.count == kind.columns.count, "a row of \(kind) has \(row.count) cells")
            text += row.joined(separator: ",") + "\n"
        }
        return text
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
