import ArgumentParser
import Foundation
import Workflow

/// `tuesday demonstration`: writes the files of a county that does not exist.
struct DemonstrationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demonstration", abstract: "Write the files of an invented county, ready to import.")

    @Argument(help: "The directory to write to; made when it is not there.")
    var directory: String

    @Option(help: "Another seed makes another county.")
    var seed: UInt64 = 20_040_601

    func run() async throws {
        do {
            for url in try DemonstrationFiles.write(DemonstrationCounty(seed: seed), to: URL(filePath: directory)) {
                print(url.path)
            }
        } catch let error as CocoaError {
            CommandOutput.say("\(directory): cannot be written: \(error.localizedDescription)")
            throw ExitCode(73)
        }
    }
}

/// The demonstration county on disk.
enum DemonstrationFiles {
    /// Writes one file for each kind and answers them in the order in which they must be imported.
    @discardableResult
    static func write(_ county: DemonstrationCounty, to directory: URL) throws -> [URL] {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return try county.files().map { kind, text in
            let url = directory.appending(path: "\(kind.rawValue).csv")
            try Data(text.utf8).write(to: url, options: .atomic)
            return url
        }
    }
}
