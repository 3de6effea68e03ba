import ArgumentParser
import Runtime
import Workflow

/// What every import is told: its files, how they are written, and what to do with them.
struct ImportedFiles: ParsableArguments {
    @Argument(help: ArgumentHelp("CSV files; - for standard input.", valueName: "file"))
    var paths: [String]

    @Option(help: "How the files are written. Excel in Chinese saves CSV files in gb18030.")
    var encoding = TextEncoding.utf8

    @Flag(help: "Make every check, then change nothing.")
    var dryRun = false

    @Flag(help: "Print JSON; problems too.")
    var json = false

    /// The files' names for people and their texts in UTF-8. Exit code 66 when one cannot be read, 65 when one is not in the
    /// encoding: then nothing of any file is taken: nobody knows what it says.
    func read() throws -> [(name: String, bytes: [UInt8])] {
        var problems: [ImportProblem] = []
        var files: [(name: String, bytes: [UInt8])] = []
        for path in paths {
            let name = path == "-" ? "standard input" : path
            let bytes = try CommandOutput.bytes(of: path)
            do { files.append((name, try encoding.utf8(of: bytes))) } catch let fault as NotInEncoding {
                problems.append(
                    ImportProblem(
                        file: name, line: fault.line, column: fault.column, field: nil, expected: fault.expected,
                        found: fault.foundInHexadecimal))
            }
        }
        guard !problems.isEmpty else { return files }
        if json { try CommandOutput.printJSON(problems) } else { for problem in problems { CommandOutput.say("\(problem)") } }
        CommandOutput.say("Nothing was imported.")
        throw ExitCode(65)
    }
}

extension TextEncoding: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument.lowercased()) }
}
