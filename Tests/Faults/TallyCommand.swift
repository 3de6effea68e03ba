import ArgumentParser
import Foundation

/// `faults tally`: adds up what several campaigns found.
struct TallyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tally", abstract: "Add up what campaigns printed with --json, and print it as tables.")

    @Argument(help: "Files, one for each campaign.") var files: [String]

    func run() throws {
        var tally = Tally()
        for file in files {
            do { tally.add(try Tally(json: try Data(contentsOf: URL(filePath: file)))) } catch {
                throw ValidationError("\(file) is not what a campaign prints with --json: \(error)")
            }
        }
        for line in tally.lines + tally.failed.flatMap(\.lines) { print(line) }
    }
}
