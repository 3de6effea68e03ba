import ArgumentParser
import Foundation
import Glibc
import Runtime

/// `tuesday down`: stops the Tuesday that runs in a directory.
struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stop what `tuesday up` runs in a directory; its data stays.")

    @Option(help: "The directory that was given to `tuesday up`.")
    var directory = ".tuesday"

    @Option(help: "How many seconds to wait for it to stop.")
    var timeout = 60

    func run() async throws {
        let local = LocalDirectory(directory)
        guard let process = local.runningProcess() else {
            Console.standard.say("nothing runs in \(local.path)")
            return
        }
        guard kill(process, SIGTERM) == 0 else {
            throw CommandFailure(
                "process \(process) cannot be told to stop: \(String(cString: strerror(errno)))", exitStatus: 77)
        }
        let deadline = ContinuousClock.now + .seconds(timeout)
        while local.runningProcess() != nil {
            guard ContinuousClock.now < deadline else {
                throw CommandFailure(
                    "process \(process) still runs after \(timeout) s; another signal ends it at once: kill \(process)",
                    exitStatus: ExitStatus.tryAgain)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        Console.standard.say("stopped; the data stays in \(local.path)")
    }
}

/// `tuesday reset`: deletes a directory of `tuesday up` with everything in it.
struct ResetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Delete the directory of `tuesday up` with all its data.")

    @Option(help: "The directory that was given to `tuesday up`.")
    var directory = ".tuesday"

    @Flag(help: "Yes, delete every request in it.")
    var yes = false

    func run() async throws {
        let local = LocalDirectory(directory)
        if let process = local.runningProcess() {
            throw CommandFailure(
                "process \(process) runs in \(local.path); stop it first: tuesday down --directory \(directory)",
                exitStatus: ExitStatus.tryAgain)
        }
        let manager = FileManager.default
        guard manager.fileExists(atPath: local.path) else {
            Console.standard.say("there is no \(local.path)")
            return
        }
        // Never a folder that `up` did not make.
        guard manager.fileExists(atPath: "\(local.postgres)/data/PG_VERSION") || manager.fileExists(atPath: local.logs) else {
            throw CommandFailure("\(local.path) is not a directory of `tuesday up`", exitStatus: ExitStatus.usage)
        }
        guard yes else {
            throw CommandFailure(
                "this deletes \(local.path) with every request in it; say so with --yes", exitStatus: ExitStatus.usage)
        }
        try manager.removeItem(atPath: local.path)
        Console.standard.say("deleted \(local.path)")
    }
}
