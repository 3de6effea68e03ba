import Domain

/// Reads the cells of one record after another by their headings and collects every problem.
///
/// A reader that reports a problem answers a stand-in, so that the rest of the record is still read; once there is a
/// problem, nothing read is used but the references.
struct SheetReader {
    let file: String
    private let addsCounty: Bool
    private let places: [String: Int]
    /// How many cells the heading has.
    private let width: Int
    private let records: ArraySlice<[CSVDocument.Cell]>
    private var record: [CSVDocument.Cell] = []
    private var isRequired: [String: Bool]
    private var county: SheetReference?
    /// The well-formed codes read that must name something.
    private var referenced: [SheetReference] = []
    private var seen: [String: Int] = [:]
    private var said: [String: (value: String, line: Int)] = [:]
    var problems: [ImportProblem]

    /// A heading that lacks a column leaves no records to read, only problems.
    init(_ kind: ImportKind, file: String, bytes: [UInt8]) {
        var problems: [ImportProblem] = []
        let document = CSVDocument(file: file, bytes: bytes, problems: &problems)
        let known = kind.columns.map(\.name)
        var places: [String: Int] = [:]
        for (index, cell) in (document.records.first ?? []).enumerated() {
            let name = cell.text.lowercased()
            if !known.contains(name) {
                problems.append(
                    ImportProblem(
                        file: file, line: cell.line, column: cell.column, field: nil,
                        expected: "one of the columns \(known.joined(separator: ", "))", found: cell.text))
            } else if places.updateValue(index, forKey: name) != nil {
                problems.append(
                    ImportProblem(
                        file: file, line: cell.line, column: cell.column, field: name, expected: "each column once",
                        found: "a second \(name)"))
            }
        }
        let missing = kind.columns.filter { $0.isRequired && places[$0.name] == nil }.map(\.name)
        if !missing.isEmpty {
            problems.append(
                ImportProblem(
                    file: file, line: document.records.first?.first?.line ?? 1, column: 1, field: nil,
                    expected: "a heading line with the column\(missing.count == 1 ? "" : "s") "
                        + missing.joined(separator: ", "),
                    found: (document.records.first ?? []).map(\.text).joined(separator: ",")))
        } else if document.records.count < 2 {
            problems.append(
                ImportProblem(file: file, line: 2, column: 1, field: nil, expected: "at least one row", found: ""))
        }
        self.file = file
        addsCounty = kind == .villages
        self.places = places
        width = document.records.first?.count ?? 0
        self.isRequired = Dictionary(uniqueKeysWithValues: kind.columns.map { ($0.name, $0.isRequired) })
        self.problems = problems
        records = missing.isEmpty ? document.records.dropFirst() : []
    }

    /// Reads every record with `row` and answers the sheet as the kind it is, or as refused with all problems.
    mutating func sheet<Row>(
        _ row: (inout SheetReader) -> Row, _ kind: (RegisterSheet<Row>) -> RegisterImport
    ) -> RegisterImport {
        var rows: [Row] = []
        rows.reserveCapacity(records.count)
        for record in records {
            if record.count != width {
                problems.append(
                    ImportProblem(
                        file: file, line: record[0].line, column: record[0].column, field: nil,
                        expected: "\(width) cells, as the heading has", found: "\(record.count) cells"))
                continue
            }
            self.record = record
            readCounty()
            rows.append(row(&self))
        }
        guard problems.isEmpty, let county else {
            let mustExist = addsCounty ? nil : county.flatMap { Self.isCode($0.code) ? $0 : nil }
            return .refused(RefusedSheet(file: file, county: mustExist, references: referenced, problems: problems))
        }
        return kind(RegisterSheet(file: file, county: county, rows: rows, references: referenced))
    }

    private mutating func readCounty() {
        let reference = named("county")
        guard let county else {
            county = reference
            return
        }
        if reference.code != county.code {
            report("county", "the county of the first row, \(county.code)")
        }
    }
}

extension SheetReader {
    private func cell(_ field: String) -> CSVDocument.Cell? { places[field].map { record[$0] } }

    /// Adds a problem with the cell of `field`; `expected` reads on from "expected".
    mutating func report(_ field: String, _ expected: String, found: String? = nil) {
        let cell = cell(field) ?? record[0]
        problems.append(
            ImportProblem(
                file: file, line: cell.line, column: cell.column, field: field, expected: expected,
                found: found ?? cell.text))
    }

    /// The cell's text; nil when it is empty or the column is not there. A required cell must not be empty.
    private mutating func filled(_ field: String) -> String? {
        let text = cell(field)?.text ?? ""
        if !text.isEmpty { return text }
        if isRequired[field] == true { report(field, "a value") }
        return nil
    }

    /// Longest texts taken, in Unicode scalars: an entry of the directory is made of several, and has to leave as one message.
    static var textLimit: Int { 10_000 }

    mutating func text(_ field: String) -> String { ofTakenLength(field) ?? "" }

    /// Nil: leave what is stored. `-` is empty.
    mutating func optionalText(_ field: String) -> String? { ofTakenLength(field).map { $0 == "-" ? "" : $0 } }

    private mutating func ofTakenLength(_ field: String) -> String? {
        guard let text = filled(field) else { return nil }
        guard text.utf8.count > Self.textLimit, text.unicodeScalars.count > Self.textLimit else { return text }
        report(field, "at most \(Self.textLimit) characters", found: "\(text.unicodeScalars.count) characters")
        return nil
    }

    /// A code the file itself defines.
    mutating func code(_ field: String) -> String { named(field).code }

    /// A code that must name something stored.
    mutating func reference(_ field: String) -> SheetReference {
        let reference = named(field)
        refer(to: reference)
        return reference
    }

    private mutating func refer(to reference: SheetReference) {
        if Self.isCode(reference.code) { referenced.append(reference) }
    }

    private mutating func named(_ field: String) -> SheetReference {
        let text = filled(field) ?? ""
        if !text.isEmpty, !Self.isCode(text) { report(field, "a code of letters, digits, - and _") }
        let cell = cell(field) ?? record[0]
        return SheetReference(code: text, field: field, line: cell.line, column: cell.column)
    }

    mutating func optionalReference(_ field: String) -> SheetValue<SheetReference> {
        switch filled(field) {
        case nil: .kept
        case "-": .none
        default: .set(reference(field))
        }
    }

    mutating func references(_ field: String) -> SheetValue<[SheetReference]> {
        guard let text = filled(field) else { return .kept }
        if text == "-" { return .none }
        let codes = Self.list(text)
        for code in codes where !Self.isCode(code) { report(field, "codes of letters, digits, - and _, separated by ;") }
        let cell = cell(field) ?? record[0]
        let references = codes.map { SheetReference(code: $0, field: field, line: cell.line, column: cell.column) }
        for reference in references { refer(to: reference) }
        return .set(references)
    }

    mutating func integer<Number: FixedWidthInteger & Sendable>(_ field: String, in range: ClosedRange<Number>) -> Number {
        optionalInteger(field, in: range) ?? range.lowerBound
    }

    mutating func optionalInteger<Number: FixedWidthInteger & Sendable>(
        _ field: String, in range: ClosedRange<Number>
    ) -> Number? {
        guard let text = filled(field) else { return nil }
        guard let number = Number(text), range.contains(number) else {
            report(field, "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    mutating func optionalFlag(_ field: String) -> Bool? {
        switch filled(field)?.lowercased() {
        case nil: return nil
        case "yes", "true", "1", "是": return true
        case "no", "false", "0", "否", "-": return false
        default:
            report(field, "yes or no")
            return nil
        }
    }

    /// Days since 1970-01-01.
    mutating func date(_ field: String) -> Int32 {
        guard let text = filled(field) else { return 0 }
        guard let day = Self.day(text) else {
            report(field, "a day that exists, as YYYY-MM-DD")
            return 0
        }
        return day
    }

    mutating func optionalDate(_ field: String) -> SheetValue<Int32> {
        switch filled(field) {
        case nil: .kept
        case "-": .none
        default: .set(date(field))
        }
    }

    /// Minutes since midnight.
    mutating func optionalMinute(_ field: String) -> Int32? {
        guard let text = filled(field) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int32(parts[0]),
            let minute = Int32(parts[1]), (0...23).contains(hour), (0...59).contains(minute)
        else {
            report(field, "a time of day, as HH:MM")
            return nil
        }
        return hour * 60 + minute
    }

    /// Each `key` only once in the file.
    mutating func once(_ field: String, _ key: String) {
        let line = record[0].line
        if let first = seen.updateValue(line, forKey: key) {
            seen[key] = first
            report(field, "each entry once; line \(first) has this one already")
        }
    }

    /// Whatever a file says several times of one entry (a town's name in each village's row) it must say alike.
    mutating func alike(_ field: String, of entry: String) {
        guard let value = cell(field)?.text, !value.isEmpty else { return }
        alike(field, value, of: entry)
    }

    /// The same for what a cell means rather than says.
    mutating func alike(_ field: String, _ value: String, of entry: String) {
        let key = field + "\u{1F}" + entry
        if let first = said[key], first.value != value {
            report(field, "\"\(first.value)\" as in line \(first.line), for \(entry)")
        } else if said[key] == nil {
            said[key] = (value, record[0].line)
        }
    }

    static func list(_ text: String) -> [String] {
        text.split(whereSeparator: { $0 == ";" || $0 == " " || $0 == "；" }).map(String.init)
    }

    /// Days from 1970 to 2099 only: what lies outside is a typing error, and the calendar ends in 2100.
    static func day(_ text: String) -> Int32? {
        CivilDate(text).flatMap { (1970...2099).contains($0.year) ? $0.daysSince1970 : nil }
    }

    static func isCode(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
    }
}
