import Foundation
import Runtime
import Testing

/// Whether a program of ours knows a command line's verbs.
enum CommandLines {
    /// Runs the program with the verbs and `--help`, and expects status 0 and a usage line that names them.
    ///
    /// The usage line matters: a program that does not know a verb may still print its general help.
    static func check(_ command: [String]) throws {
        let words = Array(command.prefix { !$0.hasPrefix("-") })
        let name = try #require(words.first)
        #expect(Program(rawValue: name) != nil, "\(name) is no program of this package")
        guard let program = Repository.program(name) else {
            Issue.record("\(name) is not beside the test; build it first: swift build --build-tests")
            return
        }
        let help = try Child.run(program.path, words.dropFirst() + ["--help"])
        #expect(help.status == 0, "\(command): \(help.output)")
        let usage = help.output.split(separator: "\n").first { $0.lowercased().hasPrefix("usage:") } ?? ""
        if name == Program.tuesday.name {
            #expect(usage.contains(words.joined(separator: " ")), "\(command): \(help.output)")
        } else {
            #expect(words.dropFirst().allSatisfy { usage.contains($0) }, "\(command): \(help.output)")
        }
    }
}
