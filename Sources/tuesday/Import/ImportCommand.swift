import ArgumentParser
import Foundation
import PostgresClient
import Runtime
import Store
import Workflow

/// `tuesday import`: one sub-command for each kind of file.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import a county's register, or requests, from CSV files.",
        discussion: ImportKind.rules + "\n\nOrder: villages, skills, services, attributes, cadres, certificates, calendar.\n\n"
            + ImportKind.allCases.map(help).joined(separator: "\n\n"),
        subcommands: [
            Villages.self, Skills.self, Services.self, Attributes.self, Cadres.self, Certificates.self, Calendar.self,
            ImportRequestsCommand.self,
        ])

    /// The columns of a kind as a table; `*` marks those a file must have.
    static func help(_ kind: ImportKind) -> String {
        let width = kind.columns.map(\.name.count).max() ?? 0
        return "\(kind):\n"
            + kind.columns.map { column in
                "  \(column.isRequired ? "*" : " ") "
                    + column.name.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + column.meaning
            }.joined(separator: "\n")
    }

    static func configuration(_ kind: ImportKind) -> CommandConfiguration {
        CommandConfiguration(
            commandName: kind.rawValue, abstract: "Import \(kind.rawValue) from CSV files: all of them or nothing.",
            discussion: ImportKind.rules + "\n\n" + help(kind))
    }

    struct Villages: AsyncParsableCommand {
        static let configuration = ImportCommand.configuration(.villages)
        @OptionGroup var files: ImportedFiles
        func run() async throws { try await files.store(.villages) }
    }

    struct Skills: AsyncParsableCommand {
        static let configuration = ImportCommand.configuration(.skills)
        @OptionGroup var files: ImportedFiles
        func run() async throws { try await files.store(.skills) }
    }

    struct Services: AsyncParsableCommand {
        static let configuration = ImportCommand.configuration(.services)
        @OptionGroup var files: ImportedFiles
        func run() async throws { try await files.store(.services) }
    }

    struct Attributes: AsyncParsableCommand {
        static let configuration = ImportCommand.configuration(.attributes)
        @OptionGroup var files: ImportedFiles
        func run() async throws { try await files.store(.attributes) }
    }

    struct Cadres: AsyncParsableCommand {
        static let configuration = ImportCommand.configuration(.cadres)
        @OptionGroup var files: ImportedFiles
        func run() async throws { try await files.store(.cadres) }
    }

    struct Certificates: AsyncParsableCommand {
        static let configuration = ImportCommand.configuration(.certificates)
        @OptionGroup var files: ImportedFiles
        func run() async throws { try await files.store(.certificates) }
    }

    struct Calendar: AsyncParsableCommand {
        static let configuration = ImportCommand.configuration(.calendar)
        @OptionGroup var files: ImportedFiles
        func run() async throws { try await files.store(.calendar) }
    }
}

extension ImportedFiles {
    fileprivate func store(_ kind: ImportKind) async throws {
        let settings = try Settings.read(program: .tuesday, arguments: [])
        let contents = try read()
        try await CommandOutput.withPool("import") { pool in
            do {
                // Every file is read to its end and checked, so that all their problems are told at once.
                let files = contents.map { ReadRegisterFile(kind).read(file: $0.name, bytes: $0.bytes) }
                let reports = try await RegisterImporter(pool: pool).store(files, isDryRun: dryRun) { done, total in
                    if done < total { CommandOutput.say("\(done) of \(total) rows") }
                }
                if json, reports.count > 1 {
                    try CommandOutput.printJSON(reports)
                } else {
                    for report in reports { try tell(report) }
                }
                if !dryRun, reports.contains(where: { $0.directoryEntries > 0 }) {
                    await publishDirectory(DirectoryPublishing(pool: pool, settings: settings))
                }
            } catch let refusal as ImportRefusal where json {
                try CommandOutput.printJSON(refusal.problems)
                throw ExitCode(65)
            }
        }
    }

    private func publishDirectory(_ directory: DirectoryPublishing) async {
        do {
            let left = try await directory.publish()
            if left > 0 {
                CommandOutput.say(
                    "All is stored. Kafka did not take \(left) entries of the directory: a worker publishes them when Kafka answers.")
            }
        } catch {
            CommandOutput.say("All is stored. A worker publishes what changed in the directory: \(error)")
        }
    }

    private func tell(_ report: ImportReport) throws {
        if json { return try CommandOutput.printJSON(report) }
        for (entity, count) in report.counts.sorted(by: { $0.key < $1.key }) {
            print(
                "\(entity): \(count.inserted) inserted, \(count.updated) updated, \(count.unchanged) unchanged"
                    + (count.removed > 0 ? ", \(count.removed) removed" : ""))
        }
        let isSame = report.versionAfter == report.versionBefore
        CommandOutput.say(
            (dryRun ? "Dry run, nothing was changed. " : "")
                + (isSame
                    ? "The register stays at version \(report.versionBefore)."
                    : "The register goes from version \(report.versionBefore) to \(report.versionAfter).")
                + (report.directoryEntries > 0 ? " Entries of the directory that change: \(report.directoryEntries)." : ""))
    }
}
