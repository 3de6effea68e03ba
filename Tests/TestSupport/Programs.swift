import Foundation

/// Programs, run to their end: the project's, by name, or others, by path.
public enum Programs {
    /// This process's environment, without what would lead to other servers.
    public static var neutralEnvironment: [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("TUESDAY_") }
    }

    /// What a program writes, on either stream; that it fails is thrown.
    ///
    /// - Parameter environment: nil: this process's.
    @discardableResult
    public static func run(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil
    ) async throws -> String {
        let (status, text) = try await outcome(of: program, arguments, environment: environment)
        guard status == 0 else { throw ScenarioFailure("\(program) \(arguments.joined(separator: " ")): \(text)") }
        return text
    }

    /// Its exit status, and what it wrote.
    ///
    /// On a thread of its own: waiting for minutes on one of the few that all tasks share would starve the others.
    public static func outcome(
        of program: String, _ arguments: [String], environment: [String: String]? = nil
    ) async throws -> (status: Int32, text: String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        process.executableURL = URL(
                            fileURLWithPath: program.hasPrefix("/") ? program : "\(WorkerProcess.folder)/\(program)")
                        process.arguments = arguments
                        if let environment { process.environment = environment }
                        let output = Pipe()
                        process.standardOutput = output
                        process.standardError = output
                        try process.run()
                        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                        process.waitUntilExit()
                        return (process.terminationStatus, text)
                    })
            }
        }
    }
}
