import Domain
import PostgresClient
import Workflow

/// Stores imported files, those given together in one transaction: all of it or nothing.
///
/// The county's row is held from the start, so imports of one county follow one another. Rows are compared and written
/// set-wise; a row that says what is stored already is left alone, so importing an unchanged file again writes nothing
/// and the register keeps its version. What changes of the public's directory leaves through the register's lane.
public struct RegisterImporter: Sendable {
    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Stores `file`, or only tries to when `isDryRun`: every check is made, then all is rolled back.
    ///
    /// `progress` is told how many rows of how many are done, every few thousand. Throws `ImportRefusal` naming each
    /// bad cell and each code that names nothing.
    public func store(
        _ file: RegisterImport, isDryRun: Bool = false,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> ImportReport {
        try await store([file], isDryRun: isDryRun, progress: progress)[0]
    }

    /// Stores the files one after the other in one transaction; a report for each.
    ///
    /// A refused file stops none: the rest are tried too, so that `ImportRefusal` names the problems of all. To them,
    /// what the refused file would have added is unknown; no kind refers to its own.
    public func store(
        _ files: [RegisterImport], isDryRun: Bool = false,
        progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> [ImportReport] {
        do {
            return try await pool.transaction { connection in
                var directory = try await DirectoryWriting(on: connection)
                var reports: [ImportReport] = []
                var problems: [ImportProblem] = []
                for file in files {
                    do {
                        reports.append(try await Self.store(file, on: connection, progress: progress))
                    } catch let refusal as ImportRefusal {
                        problems += refusal.problems
                    }
                }
                if !problems.isEmpty { throw ImportRefusal(problems) }
                for county in Set(reports.map(\.county)).sorted() {
                    let count = try await directory.write(county: county)
                    let last = reports.lastIndex { $0.county == county }!
                    reports[last].directoryEntries = count
                }
                if isDryRun { throw DryRun(reports: reports) }
                return reports
            }
        } catch let dryRun as DryRun {
            return dryRun.reports
        }
    }

    /// Thrown inside the transaction so that it rolls back.
    private struct DryRun: Error {
        let reports: [ImportReport]
    }

    private static func store(
        _ file: RegisterImport, on connection: PostgresConnection, progress: @Sendable (Int, Int) -> Void
    ) async throws -> ImportReport {
        var writing: RegisterWriting
        switch file {
        case .villages(let sheet):
            writing = try await RegisterWriting(sheet, adding: sheet.rows[0], on: connection)
            try await writing.villages(sheet, progress)
        case .skills(let sheet):
            writing = try await RegisterWriting(sheet, on: connection)
            try await writing.skills(sheet, progress)
        case .services(let sheet):
            writing = try await RegisterWriting(sheet, on: connection)
            try await writing.services(sheet, progress)
        case .attributes(let sheet):
            writing = try await RegisterWriting(sheet, on: connection)
            try await writing.attributes(sheet, progress)
        case .cadres(let sheet):
            writing = try await RegisterWriting(sheet, on: connection)
            try await writing.cadres(sheet, progress)
        case .certificates(let sheet):
            writing = try await RegisterWriting(sheet, on: connection)
            try await writing.certificates(sheet, progress)
        case .calendar(let sheet):
            writing = try await RegisterWriting(sheet, on: connection)
            try await writing.calendar(sheet, progress)
        case .refused(let sheet):
            throw try await RegisterWriting.refusal(of: sheet, on: connection)
        }
        return try await writing.report()
    }
}

/// What an import did, or would have done.
public struct ImportReport: Sendable, Hashable, Codable {
    /// How many entries of one kind were written.
    public struct Count: Sendable, Hashable, Codable {
        public var inserted = 0
        public var updated = 0
        public var unchanged = 0
        /// Coverage, leaves and calendar days that the file replaced.
        public var removed = 0
    }

    public var county: String
    /// By entity (`village`, `cadre`, `coverage`, ...).
    public var counts: [String: Count]
    public var versionBefore: Int64
    /// Equal to `versionBefore` when nothing changed.
    public var versionAfter: Int64
    /// Cadres of whom the public now sees something else; told by the last of several files of a county.
    public var directoryEntries = 0
}
