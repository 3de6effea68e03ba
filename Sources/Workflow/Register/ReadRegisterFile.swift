import Domain

/// Reads a file of one kind into rows, or refuses it naming every bad cell. Pure: what only the database can tell
/// (whether a code is known) is checked when it is stored.
public struct ReadRegisterFile: Sendable {
    public let kind: ImportKind

    public init(_ kind: ImportKind) {
        self.kind = kind
    }

    /// `file` is the name problems are reported under. Throws ``ImportRefusal`` naming every bad cell.
    public func callAsFunction(file: String, bytes: [UInt8]) throws -> RegisterImport {
        let read = self.read(file: file, bytes: bytes)
        if case .refused(let sheet) = read { throw ImportRefusal(sheet.problems) }
        return read
    }

    /// The same, but a file with bad cells is `.refused`: storing it names its unknown codes along with them.
    public func read(file: String, bytes: [UInt8]) -> RegisterImport {
        var reader = SheetReader(kind, file: file, bytes: bytes)
        return switch kind {
        case .villages: reader.sheet(Self.village, RegisterImport.villages)
        case .skills: reader.sheet(Self.skill, RegisterImport.skills)
        case .services: reader.sheet(Self.service, RegisterImport.services)
        case .attributes: reader.sheet(Self.attribute, RegisterImport.attributes)
        case .cadres: reader.sheet(Self.cadre, RegisterImport.cadres)
        case .certificates: reader.sheet(Self.certificate, RegisterImport.certificates)
        case .calendar: reader.sheet(Self.calendar, RegisterImport.calendar)
        }
    }

    private static func village(_ reader: inout SheetReader) -> VillageRow {
        let town = reader.code("town")
        let village = reader.code("village")
        reader.once("village", village)
        for field in ["county_name", "county_name_en", "utc_offset_minutes"] { reader.alike(field, of: "the county") }
        for field in ["town_name", "town_name_en"] { reader.alike(field, of: "town \(town)") }
        return VillageRow(
            countyName: reader.text("county_name"), countyNameInEnglish: reader.optionalText("county_name_en"),
            utcOffsetMinutes: reader.optionalInteger("utc_offset_minutes", in: -720...840),
            town: town, townName: reader.text("town_name"), townNameInEnglish: reader.optionalText("town_name_en"),
            village: village, name: reader.text("village_name"), nameInEnglish: reader.optionalText("village_name_en"),
            population: reader.optionalInteger("population", in: 0...10_000_000),
            centreAddress: reader.optionalText("centre_address"), centrePhone: reader.optionalText("centre_phone"))
    }

    private static func skill(_ reader: inout SheetReader) -> SkillRow {
        let code = reader.code("skill")
        reader.once("skill", code)
        return SkillRow(
            code: code, name: reader.text("name"), nameInEnglish: reader.optionalText("name_en"),
            tier: reader.integer("tier", in: 1...4))
    }

    private static func service(_ reader: inout SheetReader) -> ServiceRow {
        let code = reader.code("service")
        reader.once("service", code)
        let acknowledge: Int32 = reader.integer("acknowledge_minutes", in: 1...1_000_000)
        let resolve: Int32 = reader.integer("resolve_minutes", in: 1...1_000_000)
        if resolve < acknowledge { reader.report("resolve_minutes", "at least acknowledge_minutes, \(acknowledge)") }
        return ServiceRow(
            code: code, name: reader.text("name"), nameInEnglish: reader.optionalText("name_en"),
            category: reader.optionalText("category"), keywords: reader.optionalText("keywords"),
            skill: reader.reference("skill"), level: reader.integer("level", in: 1...5),
            acknowledgeMinutes: acknowledge, resolveMinutes: resolve,
            priority: reader.optionalInteger("priority", in: 1...5))
    }

    private static func cadre(_ reader: inout SheetReader) -> CadreRow {
        let code = reader.code("cadre")
        let agency = reader.code("agency")
        let post = reader.code("post")
        reader.once("cadre", code)
        for field in ["agency_name", "agency_name_en", "agency_town"] { reader.alike(field, of: "agency \(agency)") }
        for field in ["agency", "post_name", "post_name_en", "responsibilities"] {
            reader.alike(field, of: "post \(post)")
        }
        var leads: SheetReference?
        if case .set(let town) = reader.optionalReference("leads_town") {
            leads = town
            reader.once("leads_town", "lead of \(town.code)")
        }
        return CadreRow(
            code: code, name: reader.text("name"), nameInEnglish: reader.optionalText("name_en"), agency: agency,
            agencyName: reader.text("agency_name"), agencyNameInEnglish: reader.optionalText("agency_name_en"),
            agencyTown: reader.optionalReference("agency_town"), post: post, postName: reader.text("post_name"),
            postNameInEnglish: reader.optionalText("post_name_en"),
            responsibilities: reader.optionalText("responsibilities"), officePhone: reader.optionalText("office_phone"),
            capacity: reader.integer("capacity", in: 0...1000), isActive: reader.optionalFlag("active"),
            residentOf: reader.references("resident_of"), assignedTo: reader.references("assigned_to"),
            towns: reader.references("town"), isInCountyPool: reader.optionalFlag("county_pool"), leadsTown: leads,
            leaves: leaves(&reader))
    }

    private static func leaves(_ reader: inout SheetReader) -> SheetValue<[CadreRow.Leave]> {
        guard let text = reader.optionalText("leave") else { return .kept }
        if text.isEmpty { return .none }
        var leaves: [CadreRow.Leave] = []
        for part in SheetReader.list(text) {
            let days = part.split(separator: "/", omittingEmptySubsequences: false).map { SheetReader.day(String($0)) }
            guard days.count == 2, let first = days[0], let last = days[1], first <= last,
                !leaves.contains(where: { $0.firstDay == first })
            else {
                reader.report("leave", "FIRST_DAY/LAST_DAY, the first not after the last, each beginning once")
                return .kept
            }
            leaves.append(CadreRow.Leave(firstDay: first, lastDay: last))
        }
        return .set(leaves)
    }

    private static func certificate(_ reader: inout SheetReader) -> CertificateRow {
        let cadre = reader.reference("cadre")
        let skill = reader.reference("skill")
        let issued = reader.date("issued_on")
        let expires = reader.date("expires_on")
        reader.once("cadre", "\(cadre.code) \(skill.code) \(issued)")
        if expires <= issued { reader.report("expires_on", "a day after issued_on") }
        return CertificateRow(
            cadre: cadre, skill: skill, level: reader.integer("level", in: 1...5), issuedOn: issued, expiresOn: expires,
            revokedOn: reader.optionalDate("revoked_on"))
    }

    private static func calendar(_ reader: inout SheetReader) -> CalendarRow {
        let kind = reader.text("kind").lowercased()
        switch kind {
        case "year":
            let year: Int32 = reader.integer("date", in: 2000...2099)
            reader.once("date", "year \(year)")
            return .year(year)
        case "holiday", "workday":
            let day = reader.date("date")
            reader.once("date", "day \(day)")
            return .day(day, isWorkday: kind == "workday", name: reader.optionalText("name") ?? "")
        default:
            if kind != "session" { reader.report("kind", "year, holiday, workday or session") }
            let day = reader.date("date")
            reader.once("date", "session \(day)")
            let opens = reader.optionalMinute("opens_at") ?? 9 * 60
            let closes = reader.optionalMinute("closes_at") ?? 16 * 60
            if closes <= opens { reader.report("closes_at", "a time after opens_at") }
            return .session(day: day, opensMinute: opens, closesMinute: closes)
        }
    }
}
