import ArgumentParser
import Domain
import Foundation
import PostgresClient
import Store
import Workflow

/// `tuesday import requests`: requests from files, new ones or those of the past.
struct ImportRequestsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests", abstract: "Import requests from CSV files.",
        discussion: """
            Files are CSV, in UTF-8 unless --encoding says otherwise, with a heading line; columns may stand in any order:
            \(RequestField.help)

            With --map, a file's columns, places and texts are translated first; deploy/mapping has an example.
            Every file is checked before anything is stored; a bad cell anywhere stores nothing, unless --partial is given. \
            A file that is not in its encoding is bad as a whole.
            A channel's source_id is accepted once, so importing again adds nothing.
            With --historical, a request counts as accepted when it was submitted and as resolved when it was answered; \
            the answer is kept; promises broken in the past are recorded as of then, and nobody is notified of them.
            Exit status: 0 done, 64 usage, 65 bad cells or conflicts, 66 a file cannot be read, 69 PostgreSQL does not \
            answer, 75 stopped halfway.
            """)

    @OptionGroup var files: ImportedFiles

    @Option(help: ArgumentHelp("How foreign files are read, as JSON.", valueName: "file.json"))
    var map: String?

    @Flag(help: "The past: submitted_at is the time of acceptance, replied_at that of the answer.")
    var historical = false

    @Flag(help: "Leave out rows with bad cells and import the rest.")
    var partial = false

    private var dryRun: Bool { files.dryRun }
    private var json: Bool { files.json }

    func run() async throws {
        let mapping = try readMapping()
        let contents = try files.read()
        try await CommandOutput.withPool("import") { pool in
            let wiring = try await ImportRequestsWiring(pool: pool)
            var summary = ImportRequestsSummary(dryRun: dryRun)
            let rows = try await check(contents, mapping, wiring, &summary)
            if !dryRun { try await store(rows, wiring, &summary) }
            try summary.tell(json: json)
            if summary.conflictCount > 0 { throw ExitCode(65) }
        }
    }

    private func readMapping() throws -> RequestMapping {
        guard let map else { return .own }
        let bytes = try CommandOutput.bytes(of: map)
        do {
            return try JSONDecoder().decode(RequestMapping.self, from: Data(bytes))
        } catch let error as DecodingError {
            CommandOutput.say("\(map): \(Self.sentence(error))")
            throw ExitCode(65)
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        let context: DecodingError.Context
        switch error {
        case .keyNotFound(let key, let found):
            return "\((found.codingPath + [key]).map(\.stringValue).joined(separator: ".")): expected a value, found nothing"
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found): context = found
        @unknown default: return "\(error)"
        }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return (path.isEmpty ? "" : path + ": ") + context.debugDescription
    }

    /// Every row of every file that may be stored.
    private func check(
        _ files: [(name: String, bytes: [UInt8])], _ mapping: RequestMapping, _ wiring: ImportRequestsWiring,
        _ summary: inout ImportRequestsSummary
    ) async throws -> [RequestRow] {
        var reader: ReadRequestFile
        do {
            reader = try ReadRequestFile(
                mapping: mapping, registers: wiring.snapshot, county: wiring.county,
                keywords: try await ImportGrounds(pool: wiring.pool).keywords(of: wiring.county.county.id),
                isHistorical: historical, now: try await ImportGrounds(pool: wiring.pool).now())
        } catch let problem as UnknownCode {
            CommandOutput.say("\(map ?? "the mapping"): \(problem)")
            throw ExitCode(65)
        }
        var rows: [RequestRow] = []
        var problems: [ImportProblem] = []
        var isUnreadable = false
        for file in files {
            let sheet = reader(file: file.name, bytes: file.bytes)
            rows += sheet.rows
            problems += sheet.problems
            isUnreadable = isUnreadable || sheet.isUnreadable
            summary.read(sheet)
        }
        if !problems.isEmpty {
            if json, !partial || isUnreadable { try CommandOutput.printJSON(problems) }
            for problem in problems where !json || partial { CommandOutput.say("\(problem)") }
            guard partial, !isUnreadable else {
                CommandOutput.say(
                    "Nothing was imported; \(problems.count) cell\(problems.count == 1 ? "" : "s") to correct.")
                throw ExitCode(65)
            }
        }
        sayYearsWithoutHolidays(rows, wiring.county)
        return rows
    }

    private func sayYearsWithoutHolidays(_ rows: [RequestRow], _ county: Register) {
        guard historical else { return }
        let calendar = county.calendar
        var years: Set<Int32> = []
        for row in rows {
            guard let history = row.submission.history else { continue }
            years.formUnion([calendar.localDate(of: history.acceptedAt).year, calendar.localDate(of: history.dueAt).year])
        }
        let missing = years.subtracting(calendar.loadedYears).sorted()
        if !missing.isEmpty {
            CommandOutput.say(
                "The holidays of \(missing.map(String.init).joined(separator: ", ")) are not loaded: "
                    + "deadlines there count every weekday as a working day.")
        }
    }

    private func store(
        _ rows: [RequestRow], _ wiring: ImportRequestsWiring, _ summary: inout ImportRequestsSummary
    ) async throws {
        let publishing = try wiring.publishing()
        var progress = ImportRequestsProgress(total: rows.count)
        let outcome: Result<RequestImportTally, any Error>
        do {
            let importing = ImportRequests(accept: wiring.accept, registers: wiring.registers, lane: publishing.lane)
            outcome = .success(try await importing(rows, checkedAgainst: wiring.snapshot) { progress.show($0.doneCount) })
        } catch {
            outcome = .failure(error)
        }
        summary.seconds = progress.end()
        summary.unpublishedCount = await publishing.finish()
        do {
            summary.stored(try outcome.get())
        } catch let stopped as RequestImportStopped {
            summary.stored(stopped.tally)
            try summary.tell(json: json)
            CommandOutput.say("\(stopped).")
            throw ExitCode(75)
        }
    }
}
