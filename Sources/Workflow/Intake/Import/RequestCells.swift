import Contracts
import Domain

/// Which cell of a record is which field.
struct RequestColumns: Sendable {
    let width: Int
    let indices: [RequestField: Int]
    let headings: [RequestField: String]
    /// Nil when the file's villages are codes.
    let place: (index: Int, heading: String)?

    /// Nil when the heading cannot be read; `problems` then says why.
    init?(_ mapping: RequestMapping, _ document: CSVDocument, problems: inout [ImportProblem]) {
        let heading = document.records.first ?? []
        let before = problems.count
        var places: [String: Int] = [:]
        let known = Set(mapping.columns.values).union(mapping.ignored).union(mapping.places.map { [$0.column] } ?? [])
        for (index, cell) in heading.enumerated() {
            if !known.contains(cell.text) {
                problems.append(
                    ImportProblem(
                        file: document.file, line: cell.line, column: cell.column, field: nil,
                        expected: "one of the columns \(known.sorted().joined(separator: ", "))", found: cell.text))
            } else if places.updateValue(index, forKey: cell.text) != nil {
                problems.append(
                    ImportProblem(
                        file: document.file, line: cell.line, column: cell.column, field: cell.text,
                        expected: "each column once", found: "a second \(cell.text)"))
            }
        }
        let missing = mapping.requiredHeadings.filter { places[$0] == nil }
        if !missing.isEmpty {
            problems.append(
                ImportProblem(
                    file: document.file, line: heading.first?.line ?? 1, column: 1, field: nil,
                    expected: "a heading line with the column\(missing.count == 1 ? "" : "s") "
                        + missing.joined(separator: ", "),
                    found: heading.map(\.text).joined(separator: ",")))
        }
        guard problems.count == before else { return nil }
        width = heading.count
        indices = mapping.columns.compactMapValues { places[$0] }
        headings = mapping.columns
        place = mapping.places.flatMap { mapped in places[mapped.column].map { ($0, mapped.column) } }
    }
}

/// The cells of one record, by field, with what is wrong with them.
struct RequestCells {
    let file: String
    let record: [CSVDocument.Cell]
    let columns: RequestColumns
    private(set) var problems: [ImportProblem] = []

    init(file: String, record: [CSVDocument.Cell], columns: RequestColumns) {
        self.file = file
        self.record = record
        self.columns = columns
    }

    var line: Int { record[0].line }
    var place: String? { columns.place.map { record[$0.index].text } }

    /// Nil when the cell is empty or there is no such column.
    func text(_ field: RequestField) -> String? {
        guard let index = columns.indices[field], !record[index].text.isEmpty else { return nil }
        return record[index].text
    }

    /// Nil when there is none, or when it is bad, which is reported.
    mutating func time(_ field: RequestField) -> Instant? {
        guard let text = text(field) else { return nil }
        let instant = ISO8601.parse(text.utf8)
        if instant == nil { report(field, "a time with a zone, like 2026-11-23T09:30:00+08:00") }
        return instant
    }

    /// `expected` reads on from "expected". Only the first problem of a cell is kept.
    mutating func report(_ field: RequestField, _ expected: String, found: String? = nil) {
        let index = columns.indices[field] ?? (field == .village ? columns.place?.index : nil)
        let heading = columns.indices[field] == nil && field == .village ? columns.place?.heading : columns.headings[field]
        let cell = record[index ?? 0]
        guard !problems.contains(where: { $0.line == cell.line && $0.column == cell.column && $0.field == heading })
        else { return }
        problems.append(
            ImportProblem(
                file: file, line: cell.line, column: cell.column, field: heading ?? field.rawValue, expected: expected,
                found: found ?? index.map { String(record[$0].text.prefix(80)) } ?? "no such column"))
    }

    /// A rule of submissions that was broken.
    mutating func report(_ problem: FieldProblem, _ submission: Submission) {
        guard let field = RequestField(rawValue: problem.field) else { return report(.sourceID, problem.english) }
        switch problem.code {
        case "missing" where field == .description: report(field, "a subject or a description")
        case "missing": report(field, "a value")
        case "unknown_village": report(field, "the code of a village", found: submission.village)
        case "unknown_service": report(field, "the code of a service", found: submission.service)
        case "too_long":
            // A resident's whole story has no place in a message.
            report(field, "at most \(field.limit) characters", found: "\(text(field)?.unicodeScalars.count ?? 0) characters")
        default: report(field, "a text that keeps the rules", found: problem.english)
        }
    }
}
