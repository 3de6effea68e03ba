import Foundation

/// A program that was run to its end.
struct Child {
    let status: Int32
    /// Standard output and standard error as they came.
    let output: String

    /// Runs a program; a name without a slash is looked up on `PATH`. `TUESDAY_` and `PG` variables are not handed on.
    static func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Child {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = Repository.root
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("TUESDAY_") && !$0.key.hasPrefix("PG") }
            .merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Child(status: process.terminationStatus, output: String(decoding: bytes, as: UTF8.self))
    }

    static func canRun(_ program: String, _ arguments: [String]) -> Bool {
        (try? run(program, arguments))?.status == 0  // what cannot be started cannot be used
    }
}

/// Programs that some tests need and some machines lack.
enum Tool {
    /// `deploy/test` installs it and says where.
    static let checkJSONSchema: String? = {
        let path = ProcessInfo.processInfo.environment["TUESDAY_TEST_CHECK_JSONSCHEMA"] ?? ""
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// A Python that can read YAML: the one beside check-jsonschema, else the system's.
    static let python: String? = {
        let beside = checkJSONSchema.map { URL(filePath: $0).deletingLastPathComponent().appending(path: "python").path }
        return [beside, "python3"].compactMap(\.self).first { Child.canRun($0, ["-c", "import yaml"]) }
    }()

    /// A Python that has the package `cloudevents`: the one of `deploy/test`, else the system's.
    static let cloudEventsPython: String? = {
        [Repository.url(".build/checks/bin/python").path, python, "python3"].compactMap(\.self)
            .first { Child.canRun($0, ["-c", "import cloudevents.kafka"]) }
    }()

    static let hasPromtool = Child.canRun("promtool", ["--version"])
}
