import Domain

/// The rows of one imported file, each cell already checked as far as the file alone allows.
public struct RegisterSheet<Row: Sendable>: Sendable {
    public let file: String
    public let county: SheetReference
    public let rows: [Row]
    /// Every code of ``rows`` that must name something stored, apart from the county's.
    public let references: [SheetReference]
}

/// A file with bad cells. Nothing of it is stored, but the codes it refers to can still be checked, so that all its
/// problems are told at once.
public struct RefusedSheet: Sendable {
    public let file: String
    /// The county that must be there; nil when the file does not name it well, or would add it.
    public let county: SheetReference?
    /// The well-formed ones.
    public let references: [SheetReference]
    /// Never empty.
    public let problems: [ImportProblem]
}

/// A code found in a file that must name something, and where it stood.
public struct SheetReference: Sendable, Hashable {
    public let code: String
    public let field: String
    public let line: Int
    public let column: Int

    /// The register's table that must hold the code.
    public var entity: String {
        switch field {
        case "resident_of", "assigned_to": "village"
        case "agency_town", "leads_town": "town"
        default: field
        }
    }

    /// The problem when nothing has that code.
    public func unknown(in file: String, _ expected: String) -> ImportProblem {
        ImportProblem(file: file, line: line, column: column, field: field, expected: expected, found: code)
    }
}

/// What a cell says of a stored value.
public enum SheetValue<Value: Sendable & Hashable>: Sendable, Hashable {
    /// Nothing: leave it.
    case kept
    /// There is none.
    case none
    case set(Value)
}

public struct VillageRow: Sendable {
    public let countyName: String
    /// Nil leaves what is stored, here and below; empty removes it.
    public let countyNameInEnglish: String?
    public let utcOffsetMinutes: Int32?
    public let town: String
    public let townName: String
    public let townNameInEnglish: String?
    public let village: String
    public let name: String
    public let nameInEnglish: String?
    public let population: Int32?
    public let centreAddress: String?
    public let centrePhone: String?
}

public struct SkillRow: Sendable {
    public let code: String
    public let name: String
    public let nameInEnglish: String?
    public let tier: Int16
}

public struct ServiceRow: Sendable {
    public let code: String
    public let name: String
    public let nameInEnglish: String?
    public let category: String?
    public let keywords: String?
    public let skill: SheetReference
    public let level: Int16
    public let acknowledgeMinutes: Int32
    public let resolveMinutes: Int32
    public let priority: Int16?
}

public struct AttributeRow: Sendable {
    public let service: SheetReference
    /// Nil: the service asks nothing.
    public let attribute: ServiceAttribute?
}

public struct CadreRow: Sendable {
    /// Both days included, counted from 1970-01-01.
    public struct Leave: Sendable, Hashable {
        public let firstDay: Int32
        public let lastDay: Int32
    }

    public let code: String
    public let name: String
    public let nameInEnglish: String?
    public let agency: String
    public let agencyName: String
    public let agencyNameInEnglish: String?
    public let agencyTown: SheetValue<SheetReference>
    public let post: String
    public let postName: String
    public let postNameInEnglish: String?
    public let responsibilities: String?
    public let officePhone: String?
    public let capacity: Int32
    public let isActive: Bool?
    public let residentOf: SheetValue<[SheetReference]>
    public let assignedTo: SheetValue<[SheetReference]>
    public let towns: SheetValue<[SheetReference]>
    public let isInCountyPool: Bool?
    public let leadsTown: SheetReference?
    public let leaves: SheetValue<[Leave]>
}

public struct CertificateRow: Sendable {
    public let cadre: SheetReference
    public let skill: SheetReference
    public let level: Int16
    /// Days since 1970-01-01, local.
    public let issuedOn: Int32
    public let expiresOn: Int32
    public let revokedOn: SheetValue<Int32>
}

public enum CalendarRow: Sendable {
    case year(Int32)
    /// A day that is an exception to Monday to Friday.
    case day(Int32, isWorkday: Bool, name: String)
    case session(day: Int32, opensMinute: Int32, closesMinute: Int32)
}

/// A file of any kind, read.
public enum RegisterImport: Sendable {
    case villages(RegisterSheet<VillageRow>)
    case skills(RegisterSheet<SkillRow>)
    case services(RegisterSheet<ServiceRow>)
    case attributes(RegisterSheet<AttributeRow>)
    case cadres(RegisterSheet<CadreRow>)
    case certificates(RegisterSheet<CertificateRow>)
    case calendar(RegisterSheet<CalendarRow>)
    /// A file of any kind that cannot be stored.
    case refused(RefusedSheet)
}
