import ArgumentParser
import Runtime

/// `tuesday settings`: what is in force and where it came from.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "Print the settings in force and where each came from; secrets are masked.")

    @Option(help: "For which program: tuesday, tuesday-intake, tuesday-router, tuesday-followup, tuesday-stats.")
    var program = Program.tuesday.rawValue

    @Flag(help: "Print JSON.")
    var json = false

    private struct Row: Encodable {
        let name: String
        let value: String
        let source: String
    }

    func validate() throws {
        if Program(rawValue: program) == nil {
            let known = Program.allCases.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no program \"\(program)\"; known are \(known)")
        }
    }

    func run() throws {
        let settings = try Settings.read(program: Program(rawValue: program) ?? .tuesday, arguments: [])
        guard json else { return print(SettingsHelp.text(of: settings), terminator: "") }
        try TextTable.printJSON(settings.table().map { Row(name: $0.name, value: $0.value, source: $0.source) })
    }
}
