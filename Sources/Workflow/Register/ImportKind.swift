/// What a file can hold, and its columns.
public enum ImportKind: String, Sendable, CaseIterable {
    case villages
    case skills
    case services
    case attributes
    case cadres
    case certificates
    case calendar
}

/// One column of an imported file.
public struct ImportColumn: Sendable, Hashable {
    public let name: String
    /// Whether the column must be there and its cells filled.
    public let isRequired: Bool
    /// What a cell holds.
    public let meaning: String

    static func required(_ name: String, _ meaning: String) -> ImportColumn {
        ImportColumn(name: name, isRequired: true, meaning: meaning)
    }

    static func optional(_ name: String, _ meaning: String) -> ImportColumn {
        ImportColumn(name: name, isRequired: false, meaning: meaning)
    }
}

extension ImportKind {
    /// The columns in the order the demonstration writes them; a file may have them in any order.
    public var columns: [ImportColumn] {
        switch self {
        case .villages: Self.villageColumns
        case .skills: Self.skillColumns
        case .services: Self.serviceColumns
        case .attributes: Self.attributeColumns
        case .cadres: Self.cadreColumns
        case .certificates: Self.certificateColumns
        case .calendar: Self.calendarColumns
        }
    }

    /// What is the same in every file.
    public static let rules = """
        Files are CSV, in UTF-8 unless --encoding says otherwise, with a heading line; columns may stand in any order.
        All rows name the same county.
        Codes are letters, digits, - and _. Dates are YYYY-MM-DD in the county's time. Lists are separated by ; or space.
        An empty cell of an optional column, or no such column, leaves what is stored; - removes it.
        Importing a file again changes nothing; entries the file does not name stay as they are.
        """

    private static let county = ImportColumn.required("county", "county code; `import villages` adds the county")

    private static let villageColumns = [
        county,
        .required("county_name", "the county's name"),
        .optional("county_name_en", "the county's name in English"),
        .optional("utc_offset_minutes", "the county's clock, minutes ahead of UTC; 480 unless given"),
        .required("town", "town code"),
        .required("town_name", "the town's name"),
        .optional("town_name_en", "the town's name in English"),
        .required("village", "village code"),
        .required("village_name", "the village's name"),
        .optional("village_name_en", "the village's name in English"),
        .optional("population", "residents, a whole number"),
        .optional("centre_address", "the service centre's address; gives the village a centre"),
        .optional("centre_phone", "the service centre's telephone; gives the village a centre"),
    ]

    private static let skillColumns = [
        county,
        .required("skill", "skill code"),
        .required("name", "the skill's name"),
        .optional("name_en", "the skill's name in English"),
        .required("tier", "1 resident-demanded, 2 job, 3 main industry, 4 self-chosen"),
    ]

    private static let serviceColumns = [
        county,
        .required("service", "service code"),
        .required("name", "the service's name"),
        .optional("name_en", "the service's name in English"),
        .optional("category", "a heading to list services under"),
        .optional("keywords", "words by which a free text is mapped to the service"),
        .required("skill", "code of the skill it needs"),
        .required("level", "least certificate level that qualifies, 1 to 5"),
        .required("acknowledge_minutes", "target: working minutes from assignment to acknowledgement"),
        .required("resolve_minutes", "target: working minutes from acceptance to resolution"),
        .optional("priority", "1 urgent to 5 whenever; 3 unless given"),
    ]

    private static let attributeColumns = [
        county,
        .required("service", "code of the service; it asks what this file says of it, in this order, and nothing else"),
        .required("attribute", "attribute code, unique in the service; - alone: the service asks nothing"),
        .optional("datatype", "string, number, datetime, text, singlevaluelist or multivaluelist"),
        .optional("required", "yes or no: refuse requests that do not answer it; no unless given"),
        .optional("description", "the question"),
        .optional("description_en", "the question in English"),
        .optional("values", "answers of a list: KEY:NAME or KEY:NAME:ENGLISH NAME each, separated by ;"),
    ]

    private static let cadreColumns = [
        county,
        .required("cadre", "cadre code"),
        .required("name", "the cadre's name"),
        .optional("name_en", "the cadre's name in English"),
        .required("agency", "agency code"),
        .required("agency_name", "the agency's name"),
        .optional("agency_name_en", "the agency's name in English"),
        .optional("agency_town", "code of the town the agency belongs to; none for a county agency"),
        .required("post", "post code"),
        .required("post_name", "the post's name"),
        .optional("post_name_en", "the post's name in English"),
        .optional("responsibilities", "the post's responsibilities, as published"),
        .optional("office_phone", "office telephone, as published"),
        .required("capacity", "how many requests the cadre may own at once, 0 to 1000"),
        .optional("active", "yes or no; yes unless given"),
        .optional("resident_of", "codes of villages the cadre lives and works in"),
        .optional("assigned_to", "codes of villages the county assigned the cadre to"),
        .optional("town", "codes of towns the cadre serves"),
        .optional("county_pool", "yes or no: serves the whole county when nobody nearer can"),
        .optional("leads_town", "code of the town whose lead the cadre is"),
        .optional("leave", "times away, FIRST_DAY/LAST_DAY each, both included"),
    ]

    private static let certificateColumns = [
        county,
        .required("cadre", "cadre code"),
        .required("skill", "skill code"),
        .required("level", "1 basic to 5 expert"),
        .required("issued_on", "first day it is valid"),
        .required("expires_on", "first day it is no longer valid"),
        .optional("revoked_on", "first day it is void"),
    ]

    private static let calendarColumns = [
        county,
        .required("kind", "year (its holidays are complete in this file), holiday, workday (make-up) or session"),
        .required("date", "the day; for kind year, YYYY"),
        .optional("name", "the holiday's name"),
        .optional("opens_at", "session's opening, HH:MM; 09:00 unless given"),
        .optional("closes_at", "session's closing, HH:MM; 16:00 unless given"),
    ]
}
