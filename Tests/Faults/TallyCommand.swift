import ArgumentParser
import Foundation

/// `faults tally`: adds up what several campaigns found.
struct TallyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally", abstract: "Add up what campaigns printed with --json, and print it as tables.")

    @Argument(help: "Files, one for each campaign.") var files: [String]

    func run() throws {
        let tally = try Tally(files: files)
        for line in tally.lines + tally.failed.flatMap(\.lines) { print(line) }
    }
}

extension Tally {
    /// - Parameter files: what campaigns printed with `--json`, a file for each.
    /// - Throws: `ValidationError` that names the file that is something else.
    init(files: [String]) throws {
        self.init()
        for file in files {
            do { add(try Tally(json: try Data(contentsOf: URL(filePath: file)))) } catch {
                throw ValidationError("\(file) is not what a campaign prints with --json: \(error)")
            }
        }
    }
}
