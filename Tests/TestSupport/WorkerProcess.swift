import Foundation
import Synchronization

/// One of the project's executables as a child of the tests; killed when the tests end, however they end.
public final class WorkerProcess: Sendable {
    public let name: String
    public let adminPort: Int
    public let log: String
    public let processID: Int32
    private let end = Mutex<Ending?>(nil)

    /// How a process ended.
    public enum Ending: Sendable, Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    /// Where the executables are: beside the test bundle.
    public static let folder: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = bundle ?? own ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        if folder.path.contains(".xctest") { folder = folder.deletingLastPathComponent() }
        return folder.path
    }()

    public static func start(
        _ program: String, adminPort: Int, environment: [String: String], log: String
    ) async throws -> WorkerProcess {
        guard FileManager.default.isExecutableFile(atPath: "\(folder)/\(program)") else {
            throw ScenarioFailure("\(folder)/\(program) is missing; build everything first: swift build --build-tests")
        }
        return try await withCheckedThrowingContinuation { continuation in
            // The death signal is sent when the thread that made the child ends, so it has one of its own.
            Thread.detachNewThread {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
                process.arguments = ["--pdeathsig", "KILL", "\(folder)/\(program)"]
                process.environment = environment
                guard FileManager.default.createFile(atPath: log, contents: nil) else {
                    return continuation.resume(throwing: ScenarioFailure("\(log) cannot be written"))
                }
                let output = FileHandle(forWritingAtPath: log) ?? .nullDevice
                process.standardError = output
                process.standardOutput = output
                process.standardInput = FileHandle.nullDevice
                do { try process.run() } catch { return continuation.resume(throwing: error) }
                let worker = WorkerProcess(
                    name: program, adminPort: adminPort, log: log, processID: process.processIdentifier)
                continuation.resume(returning: worker)
                process.waitUntilExit()
                let status = process.terminationStatus
                let isExit = process.terminationReason == .exit
                worker.end.withLock { $0 = isExit ? .exited(status) : .killed(signal: status) }
            }
        }
    }

    private init(name: String, adminPort: Int, log: String, processID: Int32) {
        self.name = name
        self.adminPort = adminPort
        self.log = log
        self.processID = processID
    }

    public var hasEnded: Bool { ending != nil }

    /// Nil while it lives.
    public var ending: Ending? { end.withLock { $0 } }

    /// Whether it stands still after SIGSTOP.
    public var isStopped: Bool {
        let status = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
        return !hasEnded && status.contains("\nState:\tT")
    }

    /// What it holds in memory now; 0 when it is gone.
    public var residentMegabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? 0) / 1_024
    }

    public var lastLines: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? "no log"
        return text.split(separator: "\n").suffix(5).joined(separator: "\n")
    }

    /// As a power failure would.
    public func kill9() async throws {
        signal(SIGKILL)
        try await eventually("\(name) is gone") { self.hasEnded }
    }

    public func stop() async throws {
        signal(SIGTERM)
        do { try await eventually("\(name) stops", within: .seconds(40)) { self.hasEnded } } catch {
            signal(SIGKILL)
            throw error
        }
    }

    /// - Returns: false when it has ended: its number may be another's by now.
    @discardableResult
    public func signal(_ number: Int32) -> Bool { !hasEnded && kill(processID, number) == 0 }
}

public struct ScenarioFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// Looks until the fact is there; fails with `what` when the time is over, which is longer than a worker's watchdog waits.
public func eventually(
    _ what: @autoclosure () -> String, within limit: Duration = .seconds(180), _ fact: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !fact() {
        guard ContinuousClock.now < deadline else {
            throw ScenarioFailure("after \(limit.components.seconds) s it is not so that \(what())")
        }
        try await Task.sleep(for: .milliseconds(50))
    }
}
