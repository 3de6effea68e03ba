import ArgumentParser
import Runtime

/// `tuesday version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() {
        print("tuesday \(Version.current)")
    }
}
