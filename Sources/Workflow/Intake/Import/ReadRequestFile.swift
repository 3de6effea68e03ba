import Contracts
import Domain

/// A row that broke no rule.
public struct RequestRow: Sendable {
    public var submission: ValidSubmission
    public var file: String
    public var line: Int
}

/// What a file holds.
public struct RequestSheet: Sendable {
    /// Rows, the heading not counted.
    public var rowCount = 0
    public var rows: [RequestRow] = []
    /// Of the heading: no row was read.
    public var isUnreadable = false
    public var problems: [ImportProblem] = []
}

/// Reads files of requests, one after another, and names every bad cell. Pure.
public struct ReadRequestFile: Sendable {
    let mapping: RequestMapping
    let registers: RegisterCache.Snapshot
    let isHistorical: Bool
    let now: Instant
    private let villages: VillageChoice?
    private let words: ServiceWords?
    /// Bodies by channel and source id, and where they stood.
    private var seen: [UInt128: (bodyHash: UInt128, place: String)] = [:]

    /// - Parameters:
    ///   - county: whose villages and services the mapping's places and texts become.
    ///   - keywords: words of each service from the register, by its code.
    ///   - isHistorical: requests of the past, accepted when they were submitted, perhaps answered since.
    ///   - now: what has passed and what has not.
    /// - Throws: ``UnknownCode`` when the mapping does not fit the county.
    public init(
        mapping: RequestMapping = .own, registers: RegisterCache.Snapshot, county: Register,
        keywords: [String: [String]] = [:], isHistorical: Bool, now: Instant
    ) throws {
        self.mapping = mapping
        self.registers = registers
        self.isHistorical = isHistorical
        self.now = now
        villages = try mapping.places.map { try VillageChoice($0, register: county) }
        words = try mapping.services.map { try ServiceWords($0, keywords: keywords, register: county) }
    }

    /// `file` is the name problems are reported under.
    public mutating func callAsFunction(file: String, bytes: [UInt8]) -> RequestSheet {
        var sheet = RequestSheet()
        let document = CSVDocument(file: file, bytes: bytes, problems: &sheet.problems)
        sheet.rowCount = max(0, document.records.count - 1)
        guard let columns = RequestColumns(mapping, document, problems: &sheet.problems) else {
            sheet.isUnreadable = true
            return sheet
        }
        let malformed = Set(sheet.problems.map { [$0.line, $0.column] })
        sheet.rows.reserveCapacity(sheet.rowCount)
        for record in document.records.dropFirst() {
            guard record.count == columns.width else {
                sheet.problems.append(
                    ImportProblem(
                        file: file, line: record[0].line, column: record[0].column, field: nil,
                        expected: "\(columns.width) cells, as the heading has", found: "\(record.count) cells"))
                continue
            }
            if record.contains(where: { malformed.contains([$0.line, $0.column]) }) { continue }
            var cells = RequestCells(file: file, record: record, columns: columns)
            if let submission = read(&cells) {
                sheet.rows.append(RequestRow(submission: submission, file: file, line: record[0].line))
            }
            sheet.problems += cells.problems
        }
        sheet.problems.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        return sheet
    }

    /// Nil when a cell is bad.
    private mutating func read(_ cells: inout RequestCells) -> ValidSubmission? {
        let submission = submission(&cells)
        switch submission.validated(against: registers, asksAttributes: false) {
        case .failure(let problems):
            for problem in problems.problems { cells.report(problem, submission) }
            return nil
        case .success(var valid):
            guard cells.problems.isEmpty else { return nil }
            if isHistorical {
                guard let history = history(of: valid, &cells) else { return nil }
                valid.history = history
            }
            return isFirst(valid, &cells) ? valid : nil
        }
    }

    private func submission(_ cells: inout RequestCells) -> Submission {
        let sourceID = cells.text(.sourceID)
        if sourceID == nil { cells.report(.sourceID, "a value") }
        let subject = cells.text(.subject) ?? ""
        let description = cells.text(.description) ?? ""
        let place = cells.place ?? ""
        let submittedAt = cells.time(.submittedAt)
        if let submittedAt, submittedAt > now {
            cells.report(.submittedAt, "a time that has passed")
        } else if let submittedAt, submittedAt < Submission.firstInstant {
            cells.report(.submittedAt, "a time from 2000 on")
        }
        if isHistorical {
            if cells.text(.submittedAt) == nil { cells.report(.submittedAt, "a time, since --historical is given") }
            if let reply = cells.text(.reply) {
                if cells.text(.repliedAt) == nil { cells.report(.repliedAt, "the time of the reply") }
                let limit = RequestField.reply.limit
                if reply.utf8.contains(0) {
                    cells.report(.reply, "a text without NUL characters", found: "one with some")
                } else if reply.utf8.count > limit, reply.unicodeScalars.count > limit {
                    cells.report(
                        .reply, "at most \(limit) characters", found: "\(reply.unicodeScalars.count) characters")
                }
            }
        } else if cells.text(.repliedAt) != nil {
            cells.report(.repliedAt, "nothing, unless --historical is given")
        }
        return Submission(
            channel: mapping.channel ?? cells.text(.channel) ?? RequestMapping.usualChannel, sourceID: sourceID,
            village: villages?.village(place: place, sourceID: sourceID ?? "") ?? cells.text(.village) ?? "",
            service: words?.service(subject: subject, description: description) ?? cells.text(.service) ?? "",
            subject: subject, description: description, name: cells.text(.name), phone: cells.text(.phone),
            email: cells.text(.email), account: cells.text(.account), address: cells.text(.address),
            submittedAt: submittedAt)
    }

    private func history(of valid: ValidSubmission, _ cells: inout RequestCells) -> ValidSubmission.History? {
        guard let acceptedAt = valid.submission.submittedAt,
            let register = registers.registers[valid.place.county],
            let service = register.services[valid.place.service]
        else { return nil }
        let resolvedAt = cells.time(.repliedAt)
        if let resolvedAt, resolvedAt < acceptedAt {
            cells.report(.repliedAt, "a time not before submitted_at, \(ISO8601.format(acceptedAt))")
        } else if let resolvedAt, resolvedAt > now {
            cells.report(.repliedAt, "a time that has passed")
        }
        guard cells.problems.isEmpty else { return nil }
        // The id is not minted yet, and the deadline's instants do not depend on it.
        let deadline = resolveDeadline(
            request: RequestID(0), epoch: 0, acceptedAt: acceptedAt, service: service, calendar: register.calendar)
        return ValidSubmission.History(
            acceptedAt: acceptedAt, resolvedAt: resolvedAt, reply: cells.text(.reply), dueAt: deadline.dueAt,
            isBreached: resolvedAt.map { $0 > deadline.dueAt } ?? (deadline.dueAt <= now))
    }

    /// A source id may come again only with the same content.
    private mutating func isFirst(_ valid: ValidSubmission, _ cells: inout RequestCells) -> Bool {
        guard let identity = valid.identity else { return true }
        if let earlier = seen[identity] {
            if earlier.bodyHash == valid.bodyHash { return true }
            cells.report(.sourceID, "each source_id once, or the same again; \(earlier.place) has another with this one")
            return false
        }
        seen[identity] = (valid.bodyHash, "\(cells.file):\(cells.line)")
        return true
    }
}
